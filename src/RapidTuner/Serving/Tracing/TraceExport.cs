using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace RapidTuner.Serving.Tracing;

/// <summary>Sends spans to a collector by OTLP over gRPC.</summary>
internal static class TraceExport
{
    /// <summary>Starts the export; null when there is no collector. Disposing sends what is left.</summary>
    public static TracerProvider? Start(string endpoint) => endpoint.Length == 0
        ? null
        : Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource.AddService("rapidtuner", serviceVersion: CommandTree.Version))
            .AddSource(Spans.Name)
            .AddOtlpExporter(otlp => otlp.Endpoint = new Uri(endpoint))
            .Build();
}

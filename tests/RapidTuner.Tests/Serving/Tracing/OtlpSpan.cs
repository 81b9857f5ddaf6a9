namespace RapidTuner.Tests.Serving.Tracing;

/// <summary>A span as a collector gets it.</summary>
/// <param name="Service">Name of the service that made it.</param>
/// <param name="Scope">Name of its source.</param>
/// <param name="Name">Its name.</param>
/// <param name="StartNs">Its start, Unix nanoseconds.</param>
/// <param name="EndNs">Its end, Unix nanoseconds.</param>
/// <param name="Tags">Its attributes.</param>
/// <param name="Events">Names of its events.</param>
internal sealed record OtlpSpan(string Service, string Scope, string Name, ulong StartNs, ulong EndNs, IReadOnlyDictionary<string, string> Tags, IReadOnlyList<string> Events)
{
    /// <summary>Every span of an ExportTraceServiceRequest; field numbers are those of opentelemetry/proto/trace/v1/trace.proto.</summary>
    public static IEnumerable<OtlpSpan> ReadAll(ReadOnlyMemory<byte> request) =>
        from resource in new ProtoMessage(request).Messages(1)
        let service = Tagged(resource.Messages(1).Single(), 1)["service.name"]
        from scope in resource.Messages(2)
        from span in scope.Messages(2)
        select new OtlpSpan(service, scope.Messages(1).Single().Text(1), span.Text(5), span.Number(7), span.Number(8), Tagged(span, 9), [.. span.Messages(11).Select(e => e.Text(2))]);

    private static Dictionary<string, string> Tagged(ProtoMessage of, int field) => of.Messages(field).ToDictionary(t => t.Text(1), t => t.Messages(2).Single().Any());
}

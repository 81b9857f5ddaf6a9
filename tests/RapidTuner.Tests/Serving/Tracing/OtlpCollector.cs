using System.Buffers.Binary;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace RapidTuner.Tests.Serving.Tracing;

/// <summary>A collector of traces that speaks OTLP over gRPC, as far as an exporter needs it: it takes what comes and keeps the spans.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private const string Export = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

    // A gRPC message: compressed or not, its length, its bytes.
    private const int PrefixBytes = 5;

    private readonly WebApplication _app;

    private OtlpCollector(WebApplication app) => _app = app;

    /// <summary>What came so far.</summary>
    public ConcurrentQueue<OtlpSpan> Spans { get; } = new();

    /// <summary>Where to send spans to.</summary>
    public string Endpoint => _app.Urls.First();

    /// <summary>Starts one on a loopback port of the system's choice.</summary>
    public static async Task<OtlpCollector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        var collector = new OtlpCollector(app);
        app.MapPost(Export, collector.TakeAsync);
        await app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var bytes = body.ToArray();
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(1));
        foreach (var span in OtlpSpan.ReadAll(bytes.AsMemory(PrefixBytes, length)))
        {
            Spans.Enqueue(span);
        }

        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(new byte[PrefixBytes]);
        context.Response.AppendTrailer("grpc-status", "0");
    }
}

using System.IO.Pipelines;
using System.Text.Json;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Http.Tuner;

/// <summary><c>GET /api/v1/export/{table}</c>: rows as JSON lines, in order of seq, one after another: nothing is in memory as a whole.</summary>
internal static class ExportEndpoint
{
    /// <summary>Bytes between flushes.</summary>
    private const int FlushBytes = 64 << 10;

    public static Task WriteAsync(HttpContext context, ITelemetryStore store, string table, long afterSeq, int limit) => table switch
    {
        "runs" => WriteAsync(context, store, TelemetryTables.Runs, r => (r.Seq, r.Seq), afterSeq, limit),
        "steps" => WriteAsync(context, store, TelemetryTables.Steps, r => (r.Seq, r.Run), afterSeq, limit),
        "gaps" => WriteAsync(context, store, TelemetryTables.Gaps, r => (r.Seq, r.Run), afterSeq, limit),
        "requests" => WriteAsync(context, store, TelemetryTables.Requests, r => (r.Seq, r.Run), afterSeq, limit),
        "windows" => WriteAsync(context, store, TelemetryTables.Windows, r => (r.Seq, r.Run), afterSeq, limit),
        "decisions" => WriteAsync(context, store, TelemetryTables.Decisions, r => (r.Seq, r.Run), afterSeq, limit),
        "models" => WriteAsync(context, store, TelemetryTables.Models, r => (r.Seq, 0), afterSeq, limit),
        "jobs" => WriteAsync(context, store, TelemetryTables.Jobs, r => (r.Seq, 0), afterSeq, limit),
        _ => Refusal.WriteAsync(context, StatusCodes.Status404NotFound, $"There is no table `{table}`; known: {string.Join(", ", TelemetryTables.All.Select(t => t.Name))}.", "no_such_table"),
    };

    private static async Task WriteAsync<T>(HttpContext context, ITelemetryStore store, Table<T> table, Func<T, (long Seq, long Run)> keys, long afterSeq, int limit)
    {
        context.Response.ContentType = "application/jsonl; charset=utf-8";
        var body = context.Response.BodyWriter;
        await using var json = new Utf8JsonWriter(body, new JsonWriterOptions { SkipValidation = true });
        var sink = new JsonRowSink(table, json);
        foreach (var row in store.Read(table, new ReadRange { AfterSeq = afterSeq }).Take(limit))
        {
            var (seq, run) = keys(row);
            sink.Begin();
            table.Write(in row, seq, run, sink);
            sink.End();
            await json.FlushAsync(context.RequestAborted);
            json.Reset();
            WriteLineEnd(body);
            if (body.UnflushedBytes > FlushBytes)
            {
                await body.FlushAsync(context.RequestAborted);
            }
        }

        await body.FlushAsync(context.RequestAborted);
    }

    private static void WriteLineEnd(PipeWriter body)
    {
        body.GetSpan(1)[0] = (byte)'\n';
        body.Advance(1);
    }
}

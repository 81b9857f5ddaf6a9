using System.Buffers.Text;
using System.IO.Compression;
using RapidTuner.Core.Workload;

namespace RapidTuner.Evaluation.Workloads;

/// <summary>Writes a trace as canonical CSV.</summary>
public static class CanonicalCsv
{
    private const int RowBytesMax = 128;

    /// <summary>
    /// Writes <paramref name="trace"/> to <paramref name="path"/>, packed when the name ends with <c>.gz</c>. Arrivals have six
    /// decimals; the column of cached tokens is there when any row has some.
    /// </summary>
    public static void Write(Trace trace, string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write);
        if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            using var gzip = new GZipStream(file, CompressionLevel.Optimal);
            Write(trace, gzip);
        }
        else
        {
            Write(trace, file);
        }
    }

    private static void Write(Trace trace, Stream into)
    {
        var cached = trace.Requests.Any(request => request.CachedTokens > 0);
        var buffer = new byte[1 << 16];
        var used = Put(buffer, 0, cached ? "arrival_s,prompt_tokens,output_tokens,cached_prompt_tokens\n"u8 : "arrival_s,prompt_tokens,output_tokens\n"u8);
        foreach (ref readonly var request in trace.Requests.AsSpan())
        {
            if (used > buffer.Length - RowBytesMax)
            {
                into.Write(buffer, 0, used);
                used = 0;
            }

            Utf8Formatter.TryFormat(request.ArrivalS, buffer.AsSpan(used), out var written, new System.Buffers.StandardFormat('F', 6));
            used = Put(buffer, used + written, request.PromptTokens);
            used = Put(buffer, used, request.OutputTokens);
            used = cached ? Put(buffer, used, request.CachedTokens) : used;
            buffer[used++] = (byte)'\n';
        }

        into.Write(buffer, 0, used);
    }

    private static int Put(byte[] buffer, int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(buffer.AsSpan(at));
        return at + text.Length;
    }

    private static int Put(byte[] buffer, int at, int count)
    {
        buffer[at] = (byte)',';
        Utf8Formatter.TryFormat(count, buffer.AsSpan(at + 1), out var written);
        return at + 1 + written;
    }
}

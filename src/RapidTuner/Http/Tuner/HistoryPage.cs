using RapidTuner.Serving.Live;

namespace RapidTuner.Http.Tuner;

/// <summary><c>GET /api/v1/history</c>: the latest minutes, a column a series, as charts want them.</summary>
internal static class HistoryPage
{
    public static object Of(LivePoint[] points) => new
    {
        AtS = Array.ConvertAll(points, p => p.AtS),
        PrefillUnits = Array.ConvertAll(points, p => p.PrefillUnits),
        DecodeUnits = Array.ConvertAll(points, p => p.DecodeUnits),
        Queued = Array.ConvertAll(points, p => p.Queued),
        QueuedTokens = Array.ConvertAll(points, p => p.QueuedTokens),
        DecodeSequences = Array.ConvertAll(points, p => p.DecodeSequences),
        KvFreeShare = Array.ConvertAll(points, p => p.KvFreeShare),
        RequestsPerS = Array.ConvertAll(points, p => p.RequestsPerS),
        PromptTokensPerS = Array.ConvertAll(points, p => p.PromptTokensPerS),
        OutputTokensPerS = Array.ConvertAll(points, p => p.OutputTokensPerS),
        TtftS_p50 = Array.ConvertAll(points, p => p.TtftSP50),
        TtftS_p99 = Array.ConvertAll(points, p => p.TtftSP99),
        ItlS_p50 = Array.ConvertAll(points, p => p.ItlSP50),
        ItlS_p99 = Array.ConvertAll(points, p => p.ItlSP99),
        Ended = Array.ConvertAll(points, p => p.Ended),
        Attained = Array.ConvertAll(points, p => p.Attained),
    };
}

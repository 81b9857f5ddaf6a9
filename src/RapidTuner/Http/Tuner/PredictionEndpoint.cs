using RapidTuner.Core;
using RapidTuner.Engine;
using RapidTuner.Learning.Registry;

namespace RapidTuner.Http.Tuner;

/// <summary>
/// <c>GET /api/v1/predictions</c>: what the champion foresees of the next step of either phase, over the units of the palette, with 90 % intervals; a problem where
/// there is no champion and none near enough.
/// </summary>
/// <param name="engine">Its palette and its decode batch.</param>
/// <param name="champion">Finds the champion; null when there is none.</param>
internal sealed class PredictionEndpoint(IEngine engine, Func<LatencyChampion?> champion)
{
    private const int TokensMax = 1 << 20;

    /// <summary>Answers for a batch of <paramref name="sequences"/> with <paramref name="context"/> cached tokens each, and a prefill of <paramref name="tokens"/>.</summary>
    public IResult Predict(int? sequences, int? context, int? tokens)
    {
        var (batch, cached, chunk) = (sequences ?? Math.Max(1, engine.Snapshot.DecodeSequences), context ?? 1024, tokens ?? 2048);
        if (batch is < 1 or > 65_536 || cached is < 0 or > TokensMax || chunk is < 1 or > TokensMax)
        {
            return Problem(StatusCodes.Status400BadRequest, $"sequences must be 1 to 65536, context 0 to {TokensMax}, tokens 1 to {TokensMax}.", "invalid_value");
        }

        if (champion() is not { } found)
        {
            return Problem(StatusCodes.Status404NotFound, "There is no latency model for this engine: train one with `rapidtuner train`.", "no_champion");
        }

        object Points(Phase phase, StepWork work, int[] units) => units.Select(u =>
        {
            var at = found.Model.Estimate(phase, in work, u);
            return new { Units = u, at.P50S, at.P95S, at.LowS, at.HighS };
        });
        var palette = engine.Description.Palette;
        return Results.Json(
            new
            {
                ModelId = found.Id,
                Kind = found.Kind.ToString().ToLowerInvariant(),
                Decode = new { Sequences = batch, ContextTokensEach = cached, Points = Points(Phase.Decode, StepWork.Decode(batch, (long)batch * cached), palette.DecodeUnits) },
                Prefill = new { Tokens = chunk, Points = Points(Phase.Prefill, StepWork.Prefill(1, chunk, 0), palette.PrefillUnits) },
            },
            StatePage.Json);
    }

    private static IResult Problem(int status, string why, string code) =>
        Results.Problem(why, statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code });
}

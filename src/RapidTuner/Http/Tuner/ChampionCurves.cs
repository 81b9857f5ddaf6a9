using RapidTuner.Core;
using RapidTuner.Core.Control;
using RapidTuner.Learning.Registry;
using RapidTuner.Learning.Saturation;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Http.Tuner;

/// <summary>What the champion says of the steps that ran of late: saturation curves of their median step, and contention over splits and decode batches.</summary>
internal static class ChampionCurves
{
    // Where no step was measured yet. Chosen: a whole chunk, and a short conversation.
    private const int ChunkTokens = 2048;
    private const int ContextTokensEach = 1024;

    /// <summary>The curves, 90 % intervals beside every value; seconds, and units of the device.</summary>
    /// <param name="champion">Predicts.</param>
    /// <param name="palette">Unit counts to predict at.</param>
    /// <param name="steps">Steps of late.</param>
    public static object Of(LatencyChampion champion, Palette palette, IReadOnlyList<StepRecord> steps)
    {
        var decodes = steps.Where(s => s.DecodeSequences > 0).ToArray();
        var sequences = Median(decodes.Select(s => (long)s.DecodeSequences), 1);
        var contextEach = Median(decodes.Select(s => s.DecodeContextTokens / s.DecodeSequences), ContextTokensEach);
        var tokens = Median(steps.Where(s => s.PrefillNewTokens > 0).Select(s => (long)s.PrefillNewTokens), ChunkTokens);
        var prefill = StepWork.Prefill(1, tokens, 0);
        var decode = StepWork.Decode(sequences, (long)sequences * contextEach);
        int[] batches = [.. new[] { Math.Max(1, sequences / 4), sequences, sequences * 4 }.Distinct()];
        int[] units = [.. palette.PrefillUnits];
        return new
        {
            ModelId = champion.Id,
            Kind = champion.Kind.ToString().ToLowerInvariant(),
            Prefill = new { Tokens = tokens, Curve = Curve(champion, Phase.Prefill, in prefill, palette.PrefillUnits, palette.DeviceUnits) },
            Decode = new { Sequences = sequences, ContextTokensEach = contextEach, Curve = Curve(champion, Phase.Decode, in decode, palette.DecodeUnits, palette.DeviceUnits) },
            Contention = ContentionMap.Of(champion.Model, in prefill, contextEach, units, batches),
        };
    }

    private static object Curve(LatencyChampion champion, Phase phase, in StepWork work, IEnumerable<int> units, int deviceUnits)
    {
        var curve = SaturationCurve.Of(champion.Model, phase, in work, [.. units.Append(deviceUnits).Distinct().Order()]);
        return new { SaturationUnits = new { At = curve.Units, Low = curve.LowUnits, High = curve.HighUnits }, curve.Points };
    }

    private static int Median(IEnumerable<long> values, int otherwise)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? otherwise : (int)sorted[sorted.Length / 2];
    }
}

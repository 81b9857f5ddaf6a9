using RapidTuner.Control.Policies;
using RapidTuner.Core;
using RapidTuner.Core.Control;

namespace RapidTuner.Control.Planning;

/// <summary>
/// How much of a load a device sustains when decode keeps a share of it, by learned latencies: prefill is busy for a part of the time;
/// the batch is as large as arrivals, lengths and the mean step make it (Little 1961); and a step beside prefill must keep its
/// limit. This is what a horizon of seconds does not see: a batch swells, and the KV cache fills, over the length of an output.
/// </summary>
internal sealed class CapacityModel
{
    // Queues have no bound where prefill never rests.
    private const double BusyMax = 0.97;

    private const int Rounds = 30;
    private const double LoadMin = 0.02;
    private const double LoadMax = 64;
    private const int SequencesMax = 1024;
    private const int ChunkTokensMax = 2048;

    private readonly IStepLatency _latency;
    private readonly Split[] _pairs;
    private readonly int _units;
    private readonly double _kvTokens;

    /// <summary>A model of one palette.</summary>
    /// <param name="latency">Step latencies.</param>
    /// <param name="palette">Unit counts.</param>
    /// <param name="kvTokens">Tokens that the KV cache holds.</param>
    public CapacityModel(IStepLatency latency, Palette palette, double kvTokens)
    {
        _latency = latency;
        _pairs = DisjointPairs.Of(palette);
        _units = palette.DeviceUnits;
        _kvTokens = kvTokens;
    }

    /// <summary>Share of the device that decode should keep so that the most of such a load is sustained; the least of equal ones.</summary>
    /// <param name="load">The load.</param>
    /// <param name="stepLimitS">Limit on a decode step beside prefill, seconds.</param>
    /// <param name="sojournShare">Longest mean time of a prompt, waiting included, in limits on TTFT.</param>
    public double FloorShare(in LoadSummary load, double stepLimitS, double sojournShare)
    {
        var (best, most) = (0.0, 0.0);
        foreach (var pair in _pairs)
        {
            var sustained = Sustained(in load, pair, stepLimitS, sojournShare);
            if (sustained > most * 1.02)
            {
                (best, most) = ((double)pair.DecodeUnits / _units, sustained);
            }
        }

        return best;
    }

    /// <summary>The highest multiple of the load that is sustained with <paramref name="pair"/> while prefill runs.</summary>
    private double Sustained(in LoadSummary load, Split pair, double stepLimitS, double sojournShare)
    {
        var (low, high) = (LoadMin, LoadMax);
        if (!Sustains(in load, low, pair, stepLimitS, sojournShare))
        {
            return 0;
        }

        for (var i = 0; i < Rounds && high / low > 1.005; i++)
        {
            var middle = Math.Sqrt(low * high);
            (low, high) = Sustains(in load, middle, pair, stepLimitS, sojournShare) ? (middle, high) : (low, middle);
        }

        return low;
    }

    private bool Sustains(in LoadSummary load, double times, Split pair, double stepLimitS, double sojournShare)
    {
        var tokens = (int)Math.Clamp(load.PromptTokens, 16, ChunkTokensMax);
        var chunk = StepWork.Prefill(1, tokens, 0);
        var batch = 1.0;
        for (var i = 0; i < Rounds; i++)
        {
            var decode = StepWork.Decode((int)Math.Ceiling(batch), (long)(batch * load.ContextTokens));
            var chunkS = _latency.BesideS(Phase.Prefill, in chunk, pair.PrefillUnits, in decode, pair.DecodeUnits);
            var busy = times * load.PrefillTokensPerS * chunkS / tokens;
            var besideS = _latency.BesideS(Phase.Decode, in decode, pair.DecodeUnits, in chunk, pair.PrefillUnits);
            if (busy >= BusyMax || chunkS * load.PromptTokens / tokens / (1 - busy) > sojournShare * load.TtftLimitS || besideS > stepLimitS)
            {
                return false;
            }

            var stepS = 1 / ((busy / besideS) + ((1 - busy) / _latency.AloneS(Phase.Decode, in decode, _units)));
            var next = times * load.RequestsPerS * load.OutputTokens * stepS;
            if (next > SequencesMax || next * load.ContextTokens > _kvTokens)
            {
                return false;
            }

            if (Math.Abs(next - batch) < 0.02 * batch)
            {
                return true;
            }

            batch = Math.Max(1, 0.5 * (batch + next));
        }

        return true;
    }
}

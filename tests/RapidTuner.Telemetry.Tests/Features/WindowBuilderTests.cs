using FsCheck;
using FsCheck.Fluent;
using RapidTuner.Core;
using RapidTuner.Telemetry.Features;
using RapidTuner.Telemetry.Records;

namespace RapidTuner.Telemetry.Tests.Features;

public sealed class WindowBuilderTests
{
    private const long S = Micros.PerS;
    private const long Start = 1_790_000_040L * S;

    private readonly List<WindowRecord> _windows = [];
    private readonly WindowBuilder _builder;

    public WindowBuilderTests() => _builder = new WindowBuilder(_windows.Add);

    [Fact]
    public void AddArrival_OneSecond_GivesRatesLengthsAndHits()
    {
        _builder.AddArrival(Start, 100, 0);
        _builder.AddArrival(Start + 900_000, 300, 200);
        _builder.Advance(Start + S);

        var window = Assert.Single(_windows);
        Assert.Equal((Start, 1), (window.StartUs, window.WidthS));
        Assert.Equal(2, window["requests_arrived_per_s"]);
        Assert.Equal(400, window["prompt_tokens_arrived_per_s"]);
        Assert.Equal(200, window["uncached_tokens_arrived_per_s"]);
        Assert.Equal(0.5, window["prefix_hit_share"]);
        Assert.Equal(100, window["prompt_tokens_p50"]);
        Assert.Equal(300, window["prompt_tokens_p99"], 300 * LogHistogram.RelativeErrorMax);
        Assert.True(double.IsNaN(window["ttft_s_p50"]));
        Assert.Equal(0, window["tokens_out_per_s"]);
    }

    [Fact]
    public void AddStep_BothPhases_GivesUtilisationSplitAndBatch()
    {
        _builder.AddStep(Step(Phase.Decode, Start + 200_000, 200_000, units: 76));
        _builder.AddStep(Step(Phase.Prefill, Start + 500_000, 500_000, units: 228));
        _builder.AddStep(Step(Phase.Decode, Start + 600_000, 100_000, units: 76) with { Split = new Split(152, 152) });
        _builder.Advance(Start + S);

        var window = Assert.Single(_windows);
        Assert.Equal(0.3, window["decode_busy_share"], 1e-12);
        Assert.Equal(0.5, window["prefill_busy_share"], 1e-12);
        Assert.Equal(0.25, window["decode_units_share"], 1e-12);
        Assert.Equal(0.75, window["prefill_units_share"], 1e-12);
        Assert.Equal(1, window["split_changes_per_s"]);
        Assert.Equal(40, window["decode_sequences_mean"]);
        Assert.Equal((2 * 40) + 1, window["tokens_out_per_s"]);
        Assert.Equal(0.25, window["kv_used_share_max"]);
        Assert.Equal(2, window["decode_steps_per_s"]);
    }

    [Fact]
    public void AddGaps_WeighsByCount()
    {
        _builder.AddGaps(new GapRecord { AtUs = Start, GapUs = 100, Count = 99 });
        _builder.AddGaps(new GapRecord { AtUs = Start, GapUs = 10_000, Count = 1 });
        _builder.Flush();
        Assert.Equal(100e-6, _windows[0]["itl_s_p99"], 1e-9);
        Assert.Equal(199e-6, _windows[0]["itl_s_mean"], 1e-9);
    }

    [Fact]
    public void AddQueue_KeepsMeansAndMaxima()
    {
        _builder.AddQueue(Start, nowS: 10, queued: 4, queuedTokens: 100, oldestArrivalS: 7.5);
        _builder.AddQueue(Start, nowS: 11, queued: 0, queuedTokens: 0, oldestArrivalS: double.NaN);
        _builder.Flush();
        Assert.Equal((2, 4, 50, 2.5), (_windows[0]["prefill_queued_mean"], _windows[0]["prefill_queued_max"], _windows[0]["prefill_queued_tokens_mean"], _windows[0]["prefill_oldest_wait_s_max"]));
    }

    [Fact]
    public void Advance_QuietSeconds_GivesEmptyWindowsAndRollUps()
    {
        _builder.AddArrival(Start, 10, 0);
        _builder.AddArrival(Start + (65 * S), 10, 0);

        Assert.Equal(65, _windows.Count(w => w.WidthS == 1));
        Assert.Equal(6, _windows.Count(w => w.WidthS == 10));
        Assert.Equal(1.0 / 60, _windows.Single(w => w.WidthS == 60)["requests_arrived_per_s"]);
        Assert.Equal(0, _windows.Last(w => w.WidthS == 1)["requests_arrived_per_s"]);
    }

    [Fact]
    public void RollUps_EqualTheMergeOfTheirParts()
    {
        for (var i = 0; i < 300; i++)
        {
            _builder.AddArrival(Start + (i * 200_000L), 10 + (i * 7 % 900), i % 10);
            _builder.AddGaps(new GapRecord { AtUs = Start + (i * 200_000L), GapUs = 5_000 + (i * 331 % 70_000), Count = 1 + (i % 50) });
            _builder.AddStep(Step(Phase.Decode, Start + (i * 200_000L), 20_000 + i, units: 8 * (1 + (i % 9))));
        }

        _builder.Flush();
        foreach (var wide in _windows.Where(w => w.WidthS == 60))
        {
            foreach (var partS in (int[])[1, 10])
            {
                var parts = _windows.Where(w => w.WidthS == partS && w.StartUs >= wide.StartUs && w.StartUs < wide.StartUs + (60 * S));
                var merged = WindowMerge.Of(parts, wide.StartUs, 60);
                Assert.Equal(wide.Sums, merged.Sums);
                Assert.Equal(wide.Values, merged.Values);
            }
        }
    }

    [Fact]
    public void Add_AfterItsWindowClosed_CountsInTheOpenOne()
    {
        _builder.AddArrival(Start + (5 * S), 10, 0);
        _builder.AddArrival(Start, 10, 0);
        _builder.Flush();
        Assert.Equal(1, _builder.Late);
        Assert.Equal(2, _windows[0]["requests_arrived_per_s"]);
    }

    [Fact]
    public void Advance_AYearLater_LeavesTheStretchOut()
    {
        _builder.AddArrival(Start, 10, 0);
        _builder.AddArrival(Start + (365 * 86_400 * S), 10, 0);
        _builder.Flush();
        Assert.Equal([1, 10, 60, 1, 10, 60], _windows.Select(w => w.WidthS));
    }

    [Fact]
    public void MergeBytes_AnyBytes_MergesOrRefuses() => Prop.ForAll<byte[]>(bytes =>
    {
        try
        {
            new WindowSums().MergeBytes(bytes);
        }
        catch (InvalidDataException)
        {
            // Refused: the other allowed answer.
        }

        return true;
    }).QuickCheckThrowOnFailure();

    private static StepRecord Step(Phase phase, long endUs, long durationUs, int units) => new()
    {
        EndUs = endUs,
        DurationUs = durationUs,
        Phase = phase,
        Units = units,
        DeviceUnits = 304,
        Split = new Split(228, 76),
        DecodeSequences = 40,
        DecodeContextTokens = 1000,
        PrefillSequences = 1,
        PrefillNewTokens = 512,
        PrefillLogitRows = 1,
        KvFreeShareE4 = 7_500,
    };
}

using RapidTuner.Control.Exploration;
using RapidTuner.Control.Learned;
using RapidTuner.Control.Planning;
using RapidTuner.Control.Profiles;
using RapidTuner.Core.Control;
using RapidTuner.Engine;
using RapidTuner.Learning.Latency;
using RapidTuner.Learning.Q;

namespace RapidTuner.Control.Policies;

/// <summary>
/// What policies are built from: the device, the SLO and, for those that profile, something to measure. The profile is taken
/// once, when first needed, and shared by every policy built from this context, whatever its settings; safe from several threads.
/// </summary>
public sealed class PolicyContext
{
    private readonly Lazy<SoloProfile> _solo;
    private readonly Lazy<RooflineFit> _roofline;
    private readonly Lazy<PairedProfile> _paired;
    private readonly Lazy<TableLatency> _table;

    /// <summary>A context of one device and model.</summary>
    public PolicyContext()
    {
        _solo = new(TakeSolo);
        _roofline = new(() => RooflineFit.Of(Solo));
        _paired = new(TakePaired);
        _table = new(TakeTable);
    }

    /// <summary>Unit counts that the device can mask.</summary>
    public required UnitGrid Grid { get; init; }

    /// <summary>Limit on inter-token latency, seconds, above 0; an observation's own takes its place.</summary>
    public required double ItlLimitS { get; init; }

    /// <summary>What rapid, nexus and bullet profile; the others need none.</summary>
    public IStepLatency? Latency { get; init; }

    /// <summary>Unit counts of rapid, nexus and bullet, at most eight masked per phase: the device's default palette. The others have their own.</summary>
    public required Palette Palette { get; init; }

    /// <summary>The engine that the policy will serve, for <c>learned</c> to try plans on a copy; null: it keeps its first parameters.</summary>
    public EngineOptions? Engine { get; init; }

    /// <summary>True: the engine runs in real time, so that <c>learned</c> plans on a thread of its own; false: in virtual time. Default false.</summary>
    public bool RealTime { get; init; }

    /// <summary>Seed of the profiles' noise; default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Relative standard deviation of a profile's samples (lognormal), 0 to 1; default 0.02.</summary>
    public double ProfileNoise { get; init; } = 0.02;

    /// <summary>The champion's latencies of this device and model; null: <c>learned</c> profiles as the rivals do.</summary>
    public LatencyModel? Champion { get; init; }

    /// <summary>The value function to use of a target (<see cref="ValueTarget"/>), asked for when a policy needs it; null: there is none.</summary>
    public Func<string, QModel?>? Values { get; init; }

    /// <summary>Stands between <c>learned</c> and the latencies that it predicts with; null: nothing does. A bench feeds it garbage here.</summary>
    public Func<IStepLatency, IStepLatency>? Predictor { get; init; }

    /// <summary>Time from a plan's making to its coming into force where <see cref="RealTime"/> is false, seconds, 0 to 86,400; default 1 ms. In real time a plan takes what it takes.</summary>
    public double PlanLatencyS { get; init; } = PlannerSettings.UsualLatencyS;

    /// <summary>Whether and how <c>learned</c> tries other plans than the best; default: not at all.</summary>
    public ExplorationOptions Exploration { get; init; } = new() { Enabled = false };

    /// <summary>The clock that engine time is compared with by guardrails; null: none, as in virtual time.</summary>
    public TimeProvider? Clock { get; init; }

    internal SoloProfile Solo => _solo.Value;

    internal RooflineFit Roofline => _roofline.Value;

    internal PairedProfile Paired => _paired.Value;

    internal TableLatency Table => _table.Value;

    internal UnmaskedProfile Unmasked(int chunkTokens) =>
        new(Measured(), Grid.Units, chunkTokens, Seed, ProfileNoise);

    private TableLatency TakeTable() => new(new SoloProfile(Measured(), Palette, Seed, ProfileNoise, ProfileGrid.Fine), new PairedTable(Measured(), Palette, Seed, ProfileNoise));

    private SoloProfile TakeSolo() => new(Measured(), Palette, Seed, ProfileNoise);

    private PairedProfile TakePaired()
    {
        var pairs = DisjointPairs.Of(Palette);
        var roofline = new ScaledRoofline(Roofline, ShareCurves.BandwidthInflection(Solo), pairs, Grid.Units);
        return new PairedProfile(Measured(), pairs, roofline, Seed, ProfileNoise);
    }

    private IStepLatency Measured() =>
        Latency ?? throw new InvalidOperationException($"{nameof(Latency)} is needed by a policy that profiles.");
}

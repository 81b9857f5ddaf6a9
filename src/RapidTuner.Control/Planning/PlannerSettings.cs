namespace RapidTuner.Control.Planning;

/// <summary>How a planner works. Sources: HEADROOM's study where it says so, else chosen on the earlier half of the core cells' traces.</summary>
internal sealed record PlannerSettings
{
    /// <summary>Time between two slices of planning, seconds.</summary>
    public double TickS { get; init; } = 1;

    /// <summary>Steps of rollouts in one slice: what keeps a plan short.</summary>
    public int StepsPerTick { get; init; } = 3000;

    /// <summary>Chosen: a slice takes about so long on a core that is not shared (docs/results/speed.md).</summary>
    public const double UsualLatencyS = 0.001;

    /// <summary>Time from a plan's making to its coming into force, in virtual time, seconds; it may be several ticks.</summary>
    public double LatencyS { get; init; } = UsualLatencyS;

    /// <summary>Part of the ITL limit by which rollouts judge. Chosen: with scatter and shared errors in them, the 4 to 6 % of HEADROOM rank candidates worse.</summary>
    public double ItlShare { get; init; } = 0.98;

    /// <summary>Standard deviation of the logarithm of a step's time around its prediction.</summary>
    public double Scatter { get; init; } = 0.03;

    /// <summary>Standard deviation of the logarithm of the error that predictions of steps alike share.</summary>
    public double Bias { get; init; } = 0.03;

    /// <summary>Most requests of a scenario.</summary>
    public int RequestsMax { get; init; } = 3000;

    /// <summary>Steps that a scenario is meant to take: it reaches as far back as that allows.</summary>
    public int StepsPerScenario { get; init; } = 6000;

    /// <summary>Requests of the first scenario, before it is known how many steps one takes.</summary>
    public int RequestsStart { get; init; } = 300;

    /// <summary>A candidate that is sure to attain so much less than the set in force is given up, share of requests.</summary>
    public double HopelessShare { get; init; } = 0.03;

    /// <summary>Requests before which nothing is planned.</summary>
    public int RequestsMin { get; init; } = 20;

    /// <summary>A scenario is as long as so many mean stays of a request, for a batch takes stays to swell.</summary>
    public double StaysMin { get; init; } = 10;

    /// <summary>Most of <see cref="SpanS"/> that those stays may demand, 0 to 1: longer ones are planned for as far as is remembered.</summary>
    public double SpanShare { get; init; } = 0.5;

    /// <summary>How far back a scenario reaches, seconds.</summary>
    public double SpanS { get; init; } = 600;

    /// <summary>Share of requests too short to afford a late gap from which first gaps are kept, 0 to 1.</summary>
    public double ShortShareMin { get; init; } = 0.1;

    /// <summary>Requests for which a scenario reaches further back than <see cref="SpanS"/>: fewer do not tell candidates apart.</summary>
    public int RequestsWanted { get; init; } = 150;

    /// <summary>How far back it reaches for them at most, seconds.</summary>
    public double SpanMaxS { get; init; } = 3600;

    /// <summary>Part of a scenario that fills the engine before anything counts, 0 to 1.</summary>
    public double FillShare { get; init; } = 0.3;

    /// <summary>What a switch must gain: share of the scored requests.</summary>
    public double SwitchShare { get; init; } = 0.01;

    /// <summary>Attainment at which candidates are told apart: the scenario is sped up or slowed down towards it.</summary>
    public double StrainAttainment { get; init; } = 0.88;

    /// <summary>How far from it is near enough, share of requests.</summary>
    public double StrainBand { get; init; } = 0.03;

    /// <summary>Speeds that a round tries beyond the first to get there.</summary>
    public int StrainTries { get; init; } = 4;

    /// <summary>How far back a choice among pairs looks, seconds, where as many requests as a round needs arrived in that time.</summary>
    public double PairSpanS { get; init; } = 40;

    /// <summary>Least requests of a choice among pairs.</summary>
    public int PairRequestsMin { get; init; } = 60;

    /// <summary>Time between two choices among pairs while they move, seconds.</summary>
    public double PairRestS { get; init; } = 2;

    /// <summary>Most time between two looks at a settled choice among pairs, seconds.</summary>
    public double PairRestMaxS { get; init; } = 16;

    /// <summary>Least weight of the latest choice among pairs, 0 to 1.</summary>
    public double PairLeastWeight { get; init; } = 0.5;

    /// <summary>How long a restart has to pay for itself, seconds.</summary>
    public double RestartPaysInS { get; init; } = 600;

    /// <summary>Ticks between two rounds while the choice moves.</summary>
    public int RestTicksMin { get; init; } = 5;

    /// <summary>Most ticks between two looks at a settled choice.</summary>
    public int RestTicksMax { get; init; } = 30;

    /// <summary>Misses at which a candidate is given up, where the set in force attains <paramref name="present"/> of <paramref name="scored"/> requests.</summary>
    public double MissesMax(double present, int scored) => (1 - present + HopelessShare) * scored;
}

namespace RapidTuner.Control.Planning;

/// <summary>How a planner works. Sources: HEADROOM's study where it says so, else chosen on the earlier half of the core cells' traces.</summary>
internal sealed record PlannerSettings
{
    /// <summary>Time between two slices of planning, seconds.</summary>
    public double TickS { get; init; } = 1;

    /// <summary>Steps of rollouts in one slice: what keeps a plan short.</summary>
    public int StepsPerTick { get; init; } = 3000;

    /// <summary>Time from a plan's making to its coming into force, in virtual time, seconds.</summary>
    public double LatencyS { get; init; } = 0.001;

    /// <summary>Part of the ITL limit by which rollouts judge. Source: HEADROOM, 4 to 6 % tighter pays.</summary>
    public double ItlShare { get; init; } = 0.96;

    /// <summary>Standard deviation of the logarithm of a step's time around its prediction.</summary>
    public double Scatter { get; init; } = 0.05;

    /// <summary>Most requests of a scenario.</summary>
    public int RequestsMax { get; init; } = 400;

    /// <summary>Requests before which nothing is planned.</summary>
    public int RequestsMin { get; init; } = 20;

    /// <summary>How far back a scenario reaches, seconds.</summary>
    public double SpanS { get; init; } = 300;

    /// <summary>Share of requests too short to afford a late gap from which first gaps are kept, 0 to 1.</summary>
    public double ShortShareMin { get; init; } = 0.15;

    /// <summary>Decode step that capacity is reckoned with where first gaps are kept, in ITL limits: a wait and a step must fit.</summary>
    public double StepShareShort { get; init; } = 0.6;

    /// <summary>The same where they are not.</summary>
    public double StepShareLong { get; init; } = 0.9;

    /// <summary>Longest mean time of a prompt in the reckoning of capacity, in limits on TTFT: nine in ten of an exponential stay below 2.3 means.</summary>
    public double SojournShare { get; init; } = 0.33;

    /// <summary>Longest chunk, as a share of the limit on TTFT that nine in ten requests have.</summary>
    public double ChunkTtftShare { get; init; } = 0.4;

    /// <summary>Least and most of a chunk's time, in ITL limits.</summary>
    public double ChunkItlsMin { get; init; } = 1.5;

    /// <summary>Most of it.</summary>
    public double ChunkItlsMax { get; init; } = 3;

    /// <summary>Least tokens that a chunk is cut to where first gaps are kept: a chunk that ends with a decode step is worth its weight reads.</summary>
    public int ChunkTokensMinShort { get; init; } = 128;

    /// <summary>The same where they are not.</summary>
    public int ChunkTokensMinLong { get; init; } = 512;

    /// <summary>Part of a scenario that fills the engine before anything counts, 0 to 1.</summary>
    public double FillShare { get; init; } = 0.3;

    /// <summary>What a switch must gain: share of the scored requests.</summary>
    public double SwitchShare { get; init; } = 0.01;

    /// <summary>Attainment at which candidates are told apart: the scenario is sped up or slowed down towards it.</summary>
    public double StrainAttainment { get; init; } = 0.88;

    /// <summary>Most rounds between two looks at a settled choice, in ticks.</summary>
    public int RestTicksMax { get; init; } = 30;
}

using System.Text.Json.Serialization;

namespace RapidTuner.Evaluation.Analysis;

/// <summary>What other policies would have attained, by replaying blocks of the log through a twin calibrated on it.</summary>
/// <param name="Tier">Tier whose limits were used; the one nearest to the log's.</param>
/// <param name="TierMatches">False where the log's limits are none of the tiers'.</param>
/// <param name="PrefillFactor">Measured over the twin's prefill time, by which the twin was corrected.</param>
/// <param name="DecodeFactor">The same for decode.</param>
/// <param name="LoggedPolicy">The policy of the log.</param>
/// <param name="Rows">Each policy's result, best first.</param>
/// <param name="Blocks">The blocks, in order of time.</param>
/// <param name="BlocksInLog">Blocks of which these were drawn.</param>
/// <param name="TwinMinusLog">Attained share of the logged policy in the twin minus as it was, mean over blocks; null where it could not be replayed.</param>
/// <param name="Disagrees">True when that difference is not explained by the blocks' spread: the twin then says little about this log.</param>
public sealed record WhatIf(
    string Tier,
    bool TierMatches,
    double PrefillFactor,
    double DecodeFactor,
    string LoggedPolicy,
    IReadOnlyList<WhatIfRow> Rows,
    IReadOnlyList<WhatIfBlock> Blocks,
    int BlocksInLog,
    Statistics.Interval? TwinMinusLog,
    bool Disagrees)
{
    /// <summary>True when no block was left out and the log was replayed in one piece.</summary>
    public bool Whole { get; init; }

    /// <summary>What the best policy of each block, <c>oracle</c> among them where it was asked for, attains more than the logged one, mean over blocks; null where that was not replayed.</summary>
    public Statistics.Interval? Regret { get; init; }

    /// <summary>What <c>oracle</c> chose on the blocks; empty where it was not asked for.</summary>
    public IReadOnlyList<OracleMapCell> OracleMap { get; init; } = [];

    /// <summary>The best of the policies that could have been used; <c>oracle</c>, which knows the future, is none.</summary>
    [JsonIgnore]
    public WhatIfRow BestRow => Rows.First(r => r.Policy != Control.Policies.PolicyNames.Oracle);
}

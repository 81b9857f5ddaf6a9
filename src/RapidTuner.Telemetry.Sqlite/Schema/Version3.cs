namespace RapidTuner.Telemetry.Sqlite.Schema;

/// <summary>Schema version 3. Frozen, as the earlier ones are.</summary>
internal static class Version3
{
    /// <summary>From version 2: a run says how many devices held its model, on which stack, under which SLO tier.</summary>
    public const string Sql =
        """
        ALTER TABLE runs ADD COLUMN tensor_parallel INTEGER;
        ALTER TABLE runs ADD COLUMN stack TEXT NOT NULL DEFAULT '';
        ALTER TABLE runs ADD COLUMN slo_tier TEXT NOT NULL DEFAULT '';
        """;
}

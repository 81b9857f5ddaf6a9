namespace RapidTuner.Telemetry.Postgres.Schema;

/// <summary>Schema version 2. Frozen, as version 1 is.</summary>
internal static class Version2
{
    /// <summary>From version 1: a run says how many devices held its model, on which stack, under which SLO tier.</summary>
    public const string Sql =
        """
        ALTER TABLE runs ADD COLUMN tensor_parallel bigint, ADD COLUMN stack text NOT NULL DEFAULT '', ADD COLUMN slo_tier text NOT NULL DEFAULT '';
        """;
}

namespace RapidTuner.Telemetry.Sqlite.Schema;

/// <summary>Schema version 2. Frozen, as version 1 is.</summary>
internal static class Version2
{
    /// <summary>From version 1.</summary>
    /// <remarks>
    /// The same prefill step runs beside many decode steps, and every one of them repeated its five columns. They stand once in
    /// prefill_works now, to which steps.prefill_work points (NULL: nothing prefilled): 41 bytes a step became 36.
    /// </remarks>
    public const string Sql =
        """
        CREATE TABLE prefill_works (
            id INTEGER PRIMARY KEY,
            sequences INTEGER NOT NULL,
            new_tokens INTEGER NOT NULL,
            context_tokens INTEGER NOT NULL,
            attention_pairs INTEGER,
            logit_rows INTEGER NOT NULL
        );
        CREATE TABLE steps_2 (
            seq INTEGER PRIMARY KEY,
            step_group INTEGER NOT NULL,
            end_offset_us INTEGER NOT NULL,
            duration_us INTEGER NOT NULL,
            decode_sequences INTEGER NOT NULL,
            decode_context_tokens INTEGER NOT NULL,
            prefill_work INTEGER,
            beside_share_e4 INTEGER,
            kv_free_share_e4 INTEGER NOT NULL
        );
        INSERT INTO prefill_works (sequences, new_tokens, context_tokens, attention_pairs, logit_rows)
        SELECT prefill_sequences, prefill_new_tokens, prefill_context_tokens, prefill_attention_pairs, prefill_logit_rows FROM steps
        WHERE prefill_sequences <> 0 OR prefill_new_tokens <> 0 OR prefill_context_tokens <> 0 OR prefill_attention_pairs <> 0 OR prefill_logit_rows <> 0
        GROUP BY 1, 2, 3, 4, 5 ORDER BY min(seq);
        CREATE INDEX works_once ON prefill_works (new_tokens, sequences, context_tokens, attention_pairs, logit_rows);
        INSERT INTO steps_2
        SELECT s.seq, s.step_group, s.end_offset_us, s.duration_us, s.decode_sequences, s.decode_context_tokens,
            (SELECT w.id FROM prefill_works w
             WHERE w.new_tokens = s.prefill_new_tokens AND w.sequences = s.prefill_sequences AND w.context_tokens = s.prefill_context_tokens
                 AND w.attention_pairs IS s.prefill_attention_pairs AND w.logit_rows = s.prefill_logit_rows),
            s.beside_share_e4, s.kv_free_share_e4
        FROM steps s ORDER BY s.seq;
        DROP INDEX works_once;
        DROP VIEW step_samples;
        DROP TABLE steps;
        ALTER TABLE steps_2 RENAME TO steps;
        CREATE VIEW step_samples AS
        SELECT s.seq,
            g.run,
            g.base_us + s.end_offset_us AS end_us,
            s.duration_us,
            g.phase,
            g.units,
            g.device_units,
            g.split_prefill_units,
            g.split_decode_units,
            g.beside_units,
            g.reason,
            s.decode_sequences,
            s.decode_context_tokens,
            coalesce(w.sequences, 0) AS prefill_sequences,
            coalesce(w.new_tokens, 0) AS prefill_new_tokens,
            coalesce(w.context_tokens, 0) AS prefill_context_tokens,
            coalesce(w.attention_pairs, w.new_tokens * w.context_tokens + w.new_tokens * (w.new_tokens + 1) / 2, 0) AS prefill_attention_pairs,
            coalesce(w.logit_rows, 0) AS prefill_logit_rows,
            coalesce(s.beside_share_e4, 10000) / 10000.0 AS beside_share,
            s.kv_free_share_e4 / 10000.0 AS kv_free_share
        FROM steps s CROSS JOIN step_groups g ON g.id = s.step_group LEFT JOIN prefill_works w ON w.id = s.prefill_work;
        """;
}

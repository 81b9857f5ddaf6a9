namespace RapidTuner.Telemetry.Sqlite.Schema;

/// <summary>Schema version 1. Frozen: a file of this version has exactly these tables, whatever the program has learned since.</summary>
internal static class Version1
{
    /// <summary>From an empty file.</summary>
    /// <remarks>
    /// Steps are by far the most rows, so what many of them share (run, phase, split, reason, the high part of the time) stands once
    /// in step_groups, and what follows from other columns is left out: prefill_attention_pairs is NULL when it is the closed form of
    /// one prompt, beside_share_e4 is NULL when it is 1. The view step_samples gives the plain columns. No table has an index on
    /// time: rows come in order of time within a run, and marks name the first row of each minute.
    /// </remarks>
    public const string Sql =
        """
        CREATE TABLE counters (
            table_name TEXT PRIMARY KEY,
            last_seq INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE marks (
            table_name TEXT NOT NULL,
            run INTEGER NOT NULL,
            base_us INTEGER NOT NULL,
            first_seq INTEGER NOT NULL,
            PRIMARY KEY (table_name, run, first_seq)
        ) WITHOUT ROWID;
        CREATE TABLE runs (
            seq INTEGER PRIMARY KEY,
            origin_us INTEGER NOT NULL,
            engine TEXT NOT NULL,
            device TEXT NOT NULL,
            model TEXT NOT NULL,
            policy TEXT NOT NULL,
            workload TEXT NOT NULL,
            seed INTEGER NOT NULL,
            step_sampling INTEGER NOT NULL,
            version TEXT NOT NULL
        );
        CREATE TABLE step_groups (
            id INTEGER PRIMARY KEY,
            run INTEGER NOT NULL,
            base_us INTEGER NOT NULL,
            phase TEXT NOT NULL,
            units INTEGER NOT NULL,
            device_units INTEGER NOT NULL,
            split_prefill_units INTEGER NOT NULL,
            split_decode_units INTEGER NOT NULL,
            beside_units INTEGER NOT NULL,
            reason TEXT NOT NULL
        );
        CREATE TABLE steps (
            seq INTEGER PRIMARY KEY,
            step_group INTEGER NOT NULL,
            end_offset_us INTEGER NOT NULL,
            duration_us INTEGER NOT NULL,
            decode_sequences INTEGER NOT NULL,
            decode_context_tokens INTEGER NOT NULL,
            prefill_sequences INTEGER NOT NULL,
            prefill_new_tokens INTEGER NOT NULL,
            prefill_context_tokens INTEGER NOT NULL,
            prefill_attention_pairs INTEGER,
            prefill_logit_rows INTEGER NOT NULL,
            beside_share_e4 INTEGER,
            kv_free_share_e4 INTEGER NOT NULL
        );
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
            s.prefill_sequences,
            s.prefill_new_tokens,
            s.prefill_context_tokens,
            coalesce(s.prefill_attention_pairs, s.prefill_new_tokens * s.prefill_context_tokens + s.prefill_new_tokens * (s.prefill_new_tokens + 1) / 2) AS prefill_attention_pairs,
            s.prefill_logit_rows,
            coalesce(s.beside_share_e4, 10000) / 10000.0 AS beside_share,
            s.kv_free_share_e4 / 10000.0 AS kv_free_share
        FROM steps s CROSS JOIN step_groups g ON g.id = s.step_group;
        CREATE TABLE gaps (
            seq INTEGER PRIMARY KEY,
            run INTEGER NOT NULL,
            at_us INTEGER NOT NULL,
            gap_us INTEGER NOT NULL,
            count INTEGER NOT NULL
        );
        CREATE TABLE requests (
            seq INTEGER PRIMARY KEY,
            run INTEGER NOT NULL,
            request INTEGER NOT NULL,
            arrival_us INTEGER NOT NULL,
            prompt_tokens INTEGER NOT NULL,
            cached_prompt_tokens INTEGER NOT NULL,
            output_tokens INTEGER NOT NULL,
            first_scheduled_us INTEGER,
            first_token_us INTEGER,
            finish_us INTEGER NOT NULL,
            ttft_limit_us INTEGER,
            late_gaps INTEGER NOT NULL,
            single_gap_max_us INTEGER NOT NULL,
            preemptions INTEGER NOT NULL,
            outcome TEXT NOT NULL
        );
        CREATE TABLE windows (
            seq INTEGER PRIMARY KEY,
            run INTEGER NOT NULL,
            start_us INTEGER NOT NULL,
            width_s INTEGER NOT NULL,
            requests_arrived_per_s REAL,
            prompt_tokens_arrived_per_s REAL,
            uncached_tokens_arrived_per_s REAL,
            prefix_hit_share REAL,
            prompt_tokens_p50 REAL,
            prompt_tokens_p90 REAL,
            prompt_tokens_p99 REAL,
            requests_finished_per_s REAL,
            requests_rejected_per_s REAL,
            requests_cancelled_per_s REAL,
            attained_share REAL,
            preemptions_per_s REAL,
            output_tokens_p50 REAL,
            output_tokens_p90 REAL,
            output_tokens_p99 REAL,
            ttft_s_p50 REAL,
            ttft_s_p90 REAL,
            ttft_s_p99 REAL,
            itl_s_p50 REAL,
            itl_s_p90 REAL,
            itl_s_p99 REAL,
            itl_s_mean REAL,
            tokens_out_per_s REAL,
            prefill_tokens_per_s REAL,
            prefill_steps_per_s REAL,
            decode_steps_per_s REAL,
            prefill_busy_share REAL,
            decode_busy_share REAL,
            prefill_units_share REAL,
            decode_units_share REAL,
            split_prefill_share REAL,
            split_decode_share REAL,
            split_changes_per_s REAL,
            beside_share REAL,
            decode_sequences_mean REAL,
            decode_context_tokens_mean REAL,
            kv_used_share_mean REAL,
            kv_used_share_max REAL,
            prefill_queued_mean REAL,
            prefill_queued_max REAL,
            prefill_queued_tokens_mean REAL,
            prefill_oldest_wait_s_max REAL,
            sums BLOB NOT NULL
        );
        CREATE TABLE decisions (
            seq INTEGER PRIMARY KEY,
            run INTEGER NOT NULL,
            at_us INTEGER NOT NULL,
            source TEXT NOT NULL,
            policy TEXT NOT NULL,
            model_id TEXT NOT NULL,
            prefill_units INTEGER NOT NULL,
            decode_units INTEGER NOT NULL,
            reason TEXT NOT NULL,
            chunk_tokens INTEGER NOT NULL,
            prefill_order TEXT NOT NULL,
            demotion_tokens_per_s REAL NOT NULL,
            propensity REAL NOT NULL,
            predictions TEXT NOT NULL,
            reward REAL,
            seen_now_s REAL NOT NULL,
            seen_launching TEXT NOT NULL,
            seen_device_units INTEGER NOT NULL,
            seen_split_prefill_units INTEGER NOT NULL,
            seen_split_decode_units INTEGER NOT NULL,
            seen_split_since_s REAL,
            seen_itl_limit_s REAL,
            seen_prefill_queued INTEGER NOT NULL,
            seen_prefill_queued_tokens INTEGER NOT NULL,
            seen_prefill_oldest_arrival_s REAL,
            seen_prefill_next_sequences INTEGER NOT NULL,
            seen_prefill_next_new_tokens INTEGER NOT NULL,
            seen_prefill_next_context_tokens INTEGER NOT NULL,
            seen_prefill_next_attention_pairs REAL NOT NULL,
            seen_prefill_next_logit_rows INTEGER NOT NULL,
            seen_prefill_head_slack_s REAL,
            seen_prefill_running INTEGER NOT NULL,
            seen_prefill_new_tokens INTEGER NOT NULL,
            seen_prefill_context_tokens INTEGER NOT NULL,
            seen_prefill_sequences INTEGER NOT NULL,
            seen_prefill_attention_pairs REAL NOT NULL,
            seen_prefill_logit_rows INTEGER NOT NULL,
            seen_prefill_units INTEGER NOT NULL,
            seen_prefill_started_s REAL,
            seen_prefill_completes INTEGER NOT NULL,
            seen_decode_sequences INTEGER NOT NULL,
            seen_decode_context_tokens INTEGER NOT NULL,
            seen_decode_joining INTEGER NOT NULL,
            seen_decode_joining_since_s REAL,
            seen_decode_last_token_s REAL,
            seen_decode_running INTEGER NOT NULL,
            seen_decode_units INTEGER NOT NULL,
            seen_decode_started_s REAL,
            seen_decode_latest_step_s REAL NOT NULL,
            seen_prefill_latest_step_s REAL NOT NULL,
            seen_kv_free_share REAL NOT NULL
        );
        CREATE TABLE models (
            seq INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            target TEXT NOT NULL,
            status TEXT NOT NULL,
            pinned INTEGER NOT NULL,
            created_us INTEGER NOT NULL,
            parent TEXT NOT NULL,
            trainer TEXT NOT NULL,
            data_from_us INTEGER NOT NULL,
            data_to_us INTEGER NOT NULL,
            feature_schema TEXT NOT NULL,
            seed INTEGER NOT NULL,
            parameters TEXT NOT NULL,
            metrics TEXT NOT NULL,
            checksum TEXT NOT NULL,
            card TEXT NOT NULL,
            artefact BLOB NOT NULL
        );
        CREATE TABLE jobs (
            seq INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            trigger TEXT NOT NULL,
            state TEXT NOT NULL,
            started_us INTEGER NOT NULL,
            ended_us INTEGER,
            progress REAL NOT NULL,
            result TEXT NOT NULL,
            error TEXT NOT NULL
        );
        """;
}

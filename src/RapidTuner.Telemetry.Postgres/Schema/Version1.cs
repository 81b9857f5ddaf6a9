namespace RapidTuner.Telemetry.Postgres.Schema;

/// <summary>Schema version 1. Frozen: a database of this version has exactly these tables, whatever the program has learned since.</summary>
internal static class Version1
{
    /// <summary>From nothing, with the search path on the schema.</summary>
    public const string Sql =
        """
        CREATE TABLE schema_version (version integer NOT NULL);
        CREATE TABLE counters (
            table_name text PRIMARY KEY,
            last_seq bigint NOT NULL
        );
        INSERT INTO counters VALUES ('runs', 0), ('steps', 0), ('gaps', 0), ('requests', 0), ('windows', 0), ('decisions', 0), ('models', 0), ('jobs', 0);
        CREATE TABLE runs (
            seq bigint PRIMARY KEY,
            origin_us bigint NOT NULL,
            engine text NOT NULL,
            device text NOT NULL,
            model text NOT NULL,
            policy text NOT NULL,
            workload text NOT NULL,
            seed bigint NOT NULL,
            step_sampling bigint NOT NULL,
            version text NOT NULL
        );
        CREATE TABLE steps (
            seq bigint NOT NULL,
            run bigint NOT NULL,
            end_us bigint NOT NULL,
            duration_us bigint NOT NULL,
            phase text NOT NULL,
            units bigint NOT NULL,
            device_units bigint NOT NULL,
            split_prefill_units bigint NOT NULL,
            split_decode_units bigint NOT NULL,
            beside_units bigint NOT NULL,
            reason text NOT NULL,
            decode_sequences bigint NOT NULL,
            decode_context_tokens bigint NOT NULL,
            prefill_sequences bigint NOT NULL,
            prefill_new_tokens bigint NOT NULL,
            prefill_context_tokens bigint NOT NULL,
            prefill_attention_pairs bigint NOT NULL,
            prefill_logit_rows bigint NOT NULL,
            beside_share double precision NOT NULL,
            kv_free_share double precision NOT NULL
        ) PARTITION BY RANGE (end_us);
        CREATE INDEX steps_seq ON steps (seq);
        CREATE TABLE gaps (
            seq bigint NOT NULL,
            run bigint NOT NULL,
            at_us bigint NOT NULL,
            gap_us bigint NOT NULL,
            count bigint NOT NULL
        ) PARTITION BY RANGE (at_us);
        CREATE INDEX gaps_seq ON gaps (seq);
        CREATE TABLE requests (
            seq bigint NOT NULL,
            run bigint NOT NULL,
            request bigint NOT NULL,
            arrival_us bigint NOT NULL,
            prompt_tokens bigint NOT NULL,
            cached_prompt_tokens bigint NOT NULL,
            output_tokens bigint NOT NULL,
            first_scheduled_us bigint,
            first_token_us bigint,
            finish_us bigint NOT NULL,
            ttft_limit_us bigint,
            late_gaps bigint NOT NULL,
            single_gap_max_us bigint NOT NULL,
            preemptions bigint NOT NULL,
            outcome text NOT NULL
        ) PARTITION BY RANGE (finish_us);
        CREATE INDEX requests_seq ON requests (seq);
        CREATE TABLE windows (
            seq bigint NOT NULL,
            run bigint NOT NULL,
            start_us bigint NOT NULL,
            width_s bigint NOT NULL,
            requests_arrived_per_s double precision,
            prompt_tokens_arrived_per_s double precision,
            uncached_tokens_arrived_per_s double precision,
            prefix_hit_share double precision,
            prompt_tokens_p50 double precision,
            prompt_tokens_p90 double precision,
            prompt_tokens_p99 double precision,
            requests_finished_per_s double precision,
            requests_rejected_per_s double precision,
            requests_cancelled_per_s double precision,
            attained_share double precision,
            preemptions_per_s double precision,
            output_tokens_p50 double precision,
            output_tokens_p90 double precision,
            output_tokens_p99 double precision,
            ttft_s_p50 double precision,
            ttft_s_p90 double precision,
            ttft_s_p99 double precision,
            itl_s_p50 double precision,
            itl_s_p90 double precision,
            itl_s_p99 double precision,
            itl_s_mean double precision,
            tokens_out_per_s double precision,
            prefill_tokens_per_s double precision,
            prefill_steps_per_s double precision,
            decode_steps_per_s double precision,
            prefill_busy_share double precision,
            decode_busy_share double precision,
            prefill_units_share double precision,
            decode_units_share double precision,
            split_prefill_share double precision,
            split_decode_share double precision,
            split_changes_per_s double precision,
            beside_share double precision,
            decode_sequences_mean double precision,
            decode_context_tokens_mean double precision,
            kv_used_share_mean double precision,
            kv_used_share_max double precision,
            prefill_queued_mean double precision,
            prefill_queued_max double precision,
            prefill_queued_tokens_mean double precision,
            prefill_oldest_wait_s_max double precision,
            sums bytea NOT NULL
        ) PARTITION BY RANGE (start_us);
        CREATE INDEX windows_seq ON windows (seq);
        CREATE TABLE decisions (
            seq bigint NOT NULL,
            run bigint NOT NULL,
            at_us bigint NOT NULL,
            source text NOT NULL,
            policy text NOT NULL,
            model_id text NOT NULL,
            prefill_units bigint NOT NULL,
            decode_units bigint NOT NULL,
            reason text NOT NULL,
            chunk_tokens bigint NOT NULL,
            prefill_order text NOT NULL,
            demotion_tokens_per_s double precision NOT NULL,
            propensity double precision NOT NULL,
            predictions text NOT NULL,
            reward double precision,
            seen_now_s double precision NOT NULL,
            seen_launching text NOT NULL,
            seen_device_units bigint NOT NULL,
            seen_split_prefill_units bigint NOT NULL,
            seen_split_decode_units bigint NOT NULL,
            seen_split_since_s double precision,
            seen_itl_limit_s double precision,
            seen_prefill_queued bigint NOT NULL,
            seen_prefill_queued_tokens bigint NOT NULL,
            seen_prefill_oldest_arrival_s double precision,
            seen_prefill_next_sequences bigint NOT NULL,
            seen_prefill_next_new_tokens bigint NOT NULL,
            seen_prefill_next_context_tokens bigint NOT NULL,
            seen_prefill_next_attention_pairs double precision NOT NULL,
            seen_prefill_next_logit_rows bigint NOT NULL,
            seen_prefill_head_slack_s double precision,
            seen_prefill_running bigint NOT NULL,
            seen_prefill_new_tokens bigint NOT NULL,
            seen_prefill_context_tokens bigint NOT NULL,
            seen_prefill_sequences bigint NOT NULL,
            seen_prefill_attention_pairs double precision NOT NULL,
            seen_prefill_logit_rows bigint NOT NULL,
            seen_prefill_units bigint NOT NULL,
            seen_prefill_started_s double precision,
            seen_prefill_completes bigint NOT NULL,
            seen_decode_sequences bigint NOT NULL,
            seen_decode_context_tokens bigint NOT NULL,
            seen_decode_joining bigint NOT NULL,
            seen_decode_joining_since_s double precision,
            seen_decode_last_token_s double precision,
            seen_decode_running bigint NOT NULL,
            seen_decode_units bigint NOT NULL,
            seen_decode_started_s double precision,
            seen_decode_latest_step_s double precision NOT NULL,
            seen_prefill_latest_step_s double precision NOT NULL,
            seen_kv_free_share double precision NOT NULL
        ) PARTITION BY RANGE (at_us);
        CREATE INDEX decisions_seq ON decisions (seq);
        CREATE TABLE models (
            seq bigint PRIMARY KEY,
            id text NOT NULL UNIQUE,
            target text NOT NULL,
            status text NOT NULL,
            pinned bigint NOT NULL,
            created_us bigint NOT NULL,
            parent text NOT NULL,
            trainer text NOT NULL,
            data_from_us bigint NOT NULL,
            data_to_us bigint NOT NULL,
            feature_schema text NOT NULL,
            seed bigint NOT NULL,
            parameters text NOT NULL,
            metrics text NOT NULL,
            checksum text NOT NULL,
            card text NOT NULL,
            artefact bytea NOT NULL
        );
        CREATE TABLE jobs (
            seq bigint PRIMARY KEY,
            id text NOT NULL UNIQUE,
            name text NOT NULL,
            trigger text NOT NULL,
            state text NOT NULL,
            started_us bigint NOT NULL,
            ended_us bigint,
            progress double precision NOT NULL,
            result text NOT NULL,
            error text NOT NULL
        );
        """;
}

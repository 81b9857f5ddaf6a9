using RapidTuner.Control.Policies;
using RapidTuner.Core.Errors;
using RapidTuner.Recording;
using RapidTuner.Serving;
using RapidTuner.Telemetry.Store;
using static RapidTuner.Configuration.KeyKinds;

namespace RapidTuner.Configuration;

/// <summary>Every key of the service's configuration.</summary>
internal static class ServeKeys
{
    private static readonly string[] Levels = ["debug", "information", "warning", "error", "none"];

    /// <summary>In the order of the reference page.</summary>
    public static IReadOnlyList<ConfigKey> All { get; } =
    [
        .. Engine(),
        .. Load(),
        .. Service(),
        .. Telemetry(),
        .. Jobs(),
        .. Security(),
        .. Observability(),
    ];

    /// <summary>Adds a problem for every value that is out of range, at the place where it was given.</summary>
    public static void CheckRanges(ServeOptions options, Func<string, string> where, Problems found)
    {
        foreach (var key in All.Where(k => !k.InRange(options)))
        {
            found.Add(where(key.Name), $"is {key.Get(options).GetRawText()}", Mend(key));
        }
    }

    /// <summary>How to mend a wrong value: what is allowed, and an example.</summary>
    public static string Mend(ConfigKey key) => $"give {key.Allowed}, such as {key.Example}";

    private static IEnumerable<ConfigKey> Engine() =>
    [
        Text("engine", o => o.Engine, (o, v) => o with { Engine = v }, "an engine of this version", "twin", "Backend that runs the steps.") with { Option = "--engine" },
        Text("device", o => o.Device, (o, v) => o with { Device = v }, "a device of the catalogue or a path", "mi300x", "Device that is served on.") with { Option = "--device" },
        Text("model", o => o.Model, (o, v) => o with { Model = v }, "a model of the catalogue or a path", "llama-3.1-70b", "Model that is served.") with { Option = "--model" },
        Text("model_path", o => o.ModelPath, (o, v) => o with { ModelPath = v }, "a folder, or \"\" for none", "/models/llama-3.2-1b", "Checkpoint that the engine cpu loads: config.json, tokenizer.json, safetensors.") with { Option = "--model-path" },
        Text("weights", o => o.Weights, (o, v) => o with { Weights = v }, "", "bf16", "How the engine cpu holds weights.", oneOf: [.. CpuModels.FormatNames]) with { Option = "--weights" },
        Number("tp", o => o.Tp, (o, v) => o with { Tp = v }, 1, 8, "", 2, "Devices that share each layer.") with { Option = "--tp" },
        Text("policy", o => o.Policy, (o, v) => o with { Policy = v }, "a policy", PolicyNames.Learned, "Policy that decides the split.") with { Option = "--policy" },
        Number("explore_share", o => o.ExploreShare, (o, v) => o with { ExploreShare = v }, 0.0, 0.5, "", 0.02, "Share of its plans that learned leaves to chance, among those that are predicted to keep the SLO; 0 switches exploration off.") with { Option = "--explore-share" },
        Text("challenger", o => o.Challenger, (o, v) => o with { Challenger = v }, "a policy, learned:champion@ID, or \"\" for none", PolicyNames.LearnedChampion, "Who wants to decide: the job evaluate scores and proposes it, and it goes through a trial."),
        Text("stack", o => o.Stack, (o, v) => o with { Stack = v }, "a stack of the catalogue or a path", "graphs", "Host and launch cost.") with { Option = "--stack" },
        Text("slo", o => o.Slo, (o, v) => o with { Slo = v }, "a tier: paper, middle or tight", "paper", "Service-level objective that requests are measured against.") with { Option = "--slo" },
        Number("queue_max", o => o.QueueMax, (o, v) => o with { QueueMax = v }, 1, 1_000_000, "requests", 1024, "Most requests that may wait for prefill; further ones are refused with 429."),
    ];

    private static IEnumerable<ConfigKey> Load() =>
    [
        Text("load", o => o.Load, (o, v) => o with { Load = v }, "a workload file, a bundled name, or none", "shifting", "Workload served in a loop beside clients' requests.") with { Option = "--load" },
        Number("rate", o => o.Rate, (o, v) => o with { Rate = v }, 0.0, 1e6, "requests/s", 2.5, "Rate of that load; 0 is 0.6 of the device's max_goodput.", reloads: true) with { Option = "--rate" },
        Number("seed", o => o.Seed, (o, v) => o with { Seed = v }, 0ul, ulong.MaxValue, "", 1ul, "Seed of load, jitter and sampling.") with { Option = "--seed" },
    ];

    private static IEnumerable<ConfigKey> Service() =>
    [
        Text("urls", o => o.Urls, (o, v) => o with { Urls = v }, "addresses separated by `;`", "http://127.0.0.1:8080", "Addresses to listen on; other than loopback only with keys.") with { Option = "--urls" },
        Text("data", o => o.Data, (o, v) => o with { Data = v }, "a folder", "/var/lib/rapidtuner", "Folder of samples, models, jobs and keys; made when missing, for its owner alone.") with { Option = "--data" },
        Number("drain_s", o => o.DrainS, (o, v) => o with { DrainS = v }, 0.0, 600.0, "seconds", 20.0, "Longest time that a stop waits for requests in flight."),
    ];

    private static IEnumerable<ConfigKey> Telemetry() =>
    [
        Text("store", o => o.Store, (o, v) => o with { Store = v }, "", "sqlite", "Where samples last; \"\" is what the folder holds, else the edition's default.", oneOf: ["", .. StoreChoice.Names]) with { Option = "--store" },
        Text("postgres", o => o.Postgres, (o, v) => o with { Postgres = v }, "an Npgsql connection string", "Host=localhost;Database=rapidtuner", "Server of the store postgres; a password belongs in the environment or in a passfile."),
        Text("postgres_schema", o => o.PostgresSchema, (o, v) => o with { PostgresSchema = v }, "a name of lower-case letters, digits and underscores", "rapidtuner", "Schema of the store postgres."),
        Days("steps_days", o => o.StepsDays, (o, v) => o with { StepsDays = v }, "steps"),
        Days("gaps_days", o => o.GapsDays, (o, v) => o with { GapsDays = v }, "gaps between tokens"),
        Days("requests_days", o => o.RequestsDays, (o, v) => o with { RequestsDays = v }, "requests"),
        Days("decisions_days", o => o.DecisionsDays, (o, v) => o with { DecisionsDays = v }, "decisions"),
        Days("windows_1s_days", o => o.Windows1SDays, (o, v) => o with { Windows1SDays = v }, "windows of 1 s"),
        Days("windows_10s_days", o => o.Windows10SDays, (o, v) => o with { Windows10SDays = v }, "windows of 10 s"),
        Days("windows_60s_days", o => o.Windows60SDays, (o, v) => o with { Windows60SDays = v }, "windows of 1 min"),
        Number("budget_bytes", o => o.Retention.BudgetBytes, (o, v) => o with { Retention = o.Retention with { BudgetBytes = v } }, 1L << 20, 1L << 50, "bytes", 8L << 30, "Room that samples may take; beyond it the oldest go.", reloads: true),
    ];

    private static ConfigKey Days(string name, Func<Retention, double> get, Func<Retention, double, Retention> set, string what) =>
        Number(name, o => get(o.Retention), (o, v) => o with { Retention = set(o.Retention, v) }, 0.01, 10_000.0, "days", get(new Retention()), $"Age at which {what} are deleted.", reloads: true);

    private static IEnumerable<ConfigKey> Jobs() =>
    [
        Text("jobs_train_cron", o => o.JobsTrainCron, (o, v) => o with { JobsTrainCron = v }, "a Quartz cron expression in UTC, seconds first, or \"\" for none", "0 0 0/6 * * ?", "When models are retrained; drift sets off a retraining too."),
        Text("jobs_promote_cron", o => o.JobsPromoteCron, (o, v) => o with { JobsPromoteCron = v }, "a Quartz cron expression in UTC, seconds first, or \"\" for none", "0 7/15 * * * ?", "When challengers are scored on new steps, and promoted if surely better."),
        Text("jobs_evaluate_cron", o => o.JobsEvaluateCron, (o, v) => o with { JobsEvaluateCron = v }, "a Quartz cron expression in UTC, seconds first, or \"\" for none", "0 30 * * * ?", "When the challenger is scored on the store and proposed for a trial."),
        Text("jobs_drift_cron", o => o.JobsDriftCron, (o, v) => o with { JobsDriftCron = v }, "a Quartz cron expression in UTC, seconds first, or \"\" for none", "0 5 * * * ?", "When load and residuals are compared with what they were."),
        Text("jobs_backup_cron", o => o.JobsBackupCron, (o, v) => o with { JobsBackupCron = v }, "a Quartz cron expression in UTC, seconds first, or \"\" for none", "0 0 3 * * ?", "When the store is copied into the data folder's `backups`."),
        Number("jobs_backups_kept", o => o.JobsBackupsKept, (o, v) => o with { JobsBackupsKept = v }, 1, 1000, "backups", 7, "Backups that stay; older ones are deleted."),
        Text("jobs_postgres", o => o.JobsPostgres, (o, v) => o with { JobsPostgres = v }, "an Npgsql connection string, or \"\" for none", "Host=localhost;Database=rapidtuner", "Server of a schedule that instances over one store postgres share: each firing runs on one of them. \"\": every instance has its own."),
        Text("jobs_postgres_schema", o => o.JobsPostgresSchema, (o, v) => o with { JobsPostgresSchema = v }, "a name of lower-case letters, digits and underscores", "rapidtuner_jobs", "Schema of the shared schedule, made when missing."),
    ];

    private static IEnumerable<ConfigKey> Security() =>
    [
        List("allowed_hosts", o => o.AllowedHosts, (o, v) => o with { AllowedHosts = v }, IsHost, "host names without port", ["tuner.example.org"], "Host headers that are answered besides localhost, 127.0.0.1, [::1] and the hosts of `urls`.", reloads: true),
        Number("body_bytes_max", o => o.BodyBytesMax, (o, v) => o with { BodyBytesMax = v }, 1024L, 256L << 20, "bytes", 4L << 20, "Largest body of a request; larger ones are refused with 413."),
        Number("connections_max", o => o.ConnectionsMax, (o, v) => o with { ConnectionsMax = v }, 8, 1_000_000, "connections", 4096, "Most open connections; further ones are closed."),
        Number("generations_max", o => o.GenerationsMax, (o, v) => o with { GenerationsMax = v }, 1, 100_000, "requests", 1024, "Most generations under way at once; further ones are refused with 429.", reloads: true),
        Number("requests_max", o => o.RequestsMax, (o, v) => o with { RequestsMax = v }, 1, 100_000, "requests", 256, "Most other requests under way at once; further ones are refused with 429.", reloads: true),
        Number("streams_max", o => o.StreamsMax, (o, v) => o with { StreamsMax = v }, 1, 10_000, "streams", 64, "Most live event streams (open dashboards) at once; further ones are refused with 429.", reloads: true),
        Number("session_s", o => o.SessionS, (o, v) => o with { SessionS = v }, 60, 30 * 86_400, "seconds", 43_200, "How long a log-in to the dashboard lasts.", reloads: true),
        Text("tls_certificate", o => o.TlsCertificate, (o, v) => o with { TlsCertificate = v }, "a PEM file, or \"\" for none", "/etc/rapidtuner/tls.pem", "Certificate of https addresses."),
        Text("tls_key", o => o.TlsKey, (o, v) => o with { TlsKey = v }, "a PEM file, or \"\" for none", "/etc/rapidtuner/tls.key", "Private key of that certificate."),
    ];

    private static IEnumerable<ConfigKey> Observability() =>
    [
        Text("log_level", o => o.LogLevel, (o, v) => o with { LogLevel = v }, "", "information", "Least severe events that are logged.", reloads: true, oneOf: Levels),
        Text("log_format", o => o.LogFormat, (o, v) => o with { LogFormat = v }, "", "json", "Lines for people or one JSON object a line.", oneOf: ["text", "json"]),
        Text("otlp_endpoint", o => o.OtlpEndpoint, (o, v) => o with { OtlpEndpoint = v }, "an http address, or \"\" for none", "http://127.0.0.1:4317", "Collector that traces are sent to by OTLP over gRPC."),
    ];

    private static bool IsHost(string host) => Uri.CheckHostName(host.Trim('[', ']')) != UriHostNameType.Unknown;
}

using RapidTuner.Control.Exploration;
using RapidTuner.Control.Policies;
using RapidTuner.Jobs.Scheduling;
using RapidTuner.Telemetry.Store;

namespace RapidTuner.Serving;

/// <summary>What `serve` was asked for. Every value has a default: `rapidtuner serve` alone runs.</summary>
internal sealed record ServeOptions
{
    /// <summary>Addresses to listen on, separated by `;`. Default http://127.0.0.1:8080; other than loopback only with keys.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:8080";

    /// <summary>Backend: `twin`, or `cpu`, which computes on this machine.</summary>
    public string Engine { get; init; } = "twin";

    /// <summary>Device of the catalogue, or a path. Default mi300x.</summary>
    public string Device { get; init; } = "mi300x";

    /// <summary>Model of the catalogue, or a path; of the engine cpu a model made by generation. Default llama-3.1-70b, of the engine cpu tiny-random.</summary>
    public string Model { get; init; } = "llama-3.1-70b";

    /// <summary>Folder of a checkpoint that the engine cpu loads; empty for a generated model.</summary>
    public string ModelPath { get; init; } = "";

    /// <summary>How the engine cpu holds weights: fp32, bf16 or int8. Default bf16.</summary>
    public string Weights { get; init; } = "bf16";

    /// <summary>Devices that share each layer, 1 to 8. Default 1.</summary>
    public int Tp { get; init; } = 1;

    /// <summary>Policy that decides the split. Default learned.</summary>
    public string Policy { get; init; } = PolicyNames.Learned;

    /// <summary>Share of its plans that `learned` leaves to chance among the safe ones, 0 to 0.5; 0: none. Default 0.02.</summary>
    public double ExploreShare { get; init; } = new ExplorationOptions().Share;

    /// <summary>Policy that wants to decide, or `learned:champion@ID`; the job `evaluate` scores and proposes it. Empty: none.</summary>
    public string Challenger { get; init; } = "";

    /// <summary>Host and launch cost. Default graphs.</summary>
    public string Stack { get; init; } = "graphs";

    /// <summary>SLO tier. Default paper.</summary>
    public string Slo { get; init; } = "paper";

    /// <summary>Workload to serve in a loop, or `none`. Default the bundled `shifting`.</summary>
    public string Load { get; init; } = "shifting";

    /// <summary>Rate to offer, requests per second; 0: 0.6 of the device's max_goodput.</summary>
    public double Rate { get; init; }

    /// <summary>Folder of the samples. Default `data` in the working directory.</summary>
    public string Data { get; init; } = "data";

    /// <summary>`sqlite`, `litedb` or `postgres`; empty: what the folder holds, else the edition's default.</summary>
    public string Store { get; init; } = "";

    /// <summary>PostgreSQL's connection string; needed by the store `postgres` alone.</summary>
    public string Postgres { get; init; } = "";

    /// <summary>PostgreSQL's schema. Default rapidtuner.</summary>
    public string PostgresSchema { get; init; } = "rapidtuner";

    /// <summary>What is kept how long.</summary>
    public Retention Retention { get; init; } = new();

    /// <summary>Seed of load and jitter. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Most requests that may wait for prefill; further ones are refused. 1 to 1,000,000, default 1024.</summary>
    public int QueueMax { get; init; } = 1024;

    /// <summary>Most generations under way at once through the API; further ones are refused (429). 1 to 100,000, default 1024.</summary>
    public int GenerationsMax { get; init; } = 1024;

    /// <summary>Longest time that Ctrl-C waits for requests in flight, seconds. 0 to 600, default 20.</summary>
    public double DrainS { get; init; } = 20;

    /// <summary>Host headers answered besides loopback's names and the hosts of <see cref="Urls"/>. Default none.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Largest body of a request, bytes. 1 KiB to 256 MiB, default 4 MiB.</summary>
    public long BodyBytesMax { get; init; } = 4 << 20;

    /// <summary>Most open connections. 8 to 1,000,000, default 4096.</summary>
    public int ConnectionsMax { get; init; } = 4096;

    /// <summary>Most requests under way at once that are neither generations nor event streams. 1 to 100,000, default 256.</summary>
    public int RequestsMax { get; init; } = 256;

    /// <summary>Most event streams at once. 1 to 10,000, default 64.</summary>
    public int StreamsMax { get; init; } = 64;

    /// <summary>Length of a log-in to the dashboard, seconds. A minute to 30 days, default 12 hours.</summary>
    public int SessionS { get; init; } = 43_200;

    /// <summary>Certificate of https addresses, a PEM file; empty for none.</summary>
    public string TlsCertificate { get; init; } = "";

    /// <summary>Private key of the certificate, a PEM file; empty for none.</summary>
    public string TlsKey { get; init; } = "";

    /// <summary>Least severe events that are logged. Default information.</summary>
    public string LogLevel { get; init; } = "information";

    /// <summary>`text` or `json`. Default text.</summary>
    public string LogFormat { get; init; } = "text";

    /// <summary>Quartz cron expression (UTC, seconds first) of the retraining job; empty: by hand and on drift only. Default every six hours.</summary>
    public string JobsTrainCron { get; init; } = "0 0 0/6 * * ?";

    /// <summary>The same of the job that promotes challengers. Default every quarter of an hour.</summary>
    public string JobsPromoteCron { get; init; } = "0 7/15 * * * ?";

    /// <summary>The same of the job that scores and proposes the challenger; empty: by hand, and when one is named through the API.</summary>
    public string JobsEvaluateCron { get; init; } = "";

    /// <summary>The same of the drift check. Default every hour.</summary>
    public string JobsDriftCron { get; init; } = "0 5 * * * ?";

    /// <summary>Quartz cron expression (UTC, seconds first) of the backup job; empty: by hand only.</summary>
    public string JobsBackupCron { get; init; } = "";

    /// <summary>Backups that the job keeps. 1 to 1000, default 7.</summary>
    public int JobsBackupsKept { get; init; } = 7;

    /// <summary>PostgreSQL's connection string of a schedule that several instances share; empty: this process has its own.</summary>
    public string JobsPostgres { get; init; } = "";

    /// <summary>Schema of the shared schedule. Default rapidtuner_jobs.</summary>
    public string JobsPostgresSchema { get; init; } = new JobCluster().Schema;

    /// <summary>Collector of traces (OTLP over gRPC); empty for none.</summary>
    public string OtlpEndpoint { get; init; } = "";
}

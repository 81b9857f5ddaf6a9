using RapidTuner.Configuration;
using RapidTuner.Core.Errors;
using RapidTuner.Security;

namespace RapidTuner.Serving;

/// <summary>Who may reach the service: the addresses that it may listen on, and the key that its container brings.</summary>
/// <param name="Urls">Addresses to listen on.</param>
/// <param name="Bootstrap">Text of the container's first key; null for none.</param>
internal sealed record ServeAccess(string[] Urls, string? Bootstrap)
{
    /// <summary>True when only loopback is bound.</summary>
    public bool Loopback => Bindings.HostsOf(Urls).Count(Bindings.IsLoopback) == Urls.Length;

    /// <summary>Checks addresses, keys, certificate and jobs.</summary>
    public static ServeAccess Of(ServeConfig config, string? bootstrapFile, Problems found)
    {
        var options = config.Options;
        var bootstrap = BootstrapKey.Read(bootstrapFile, found);
        var keys = bootstrap is not null;
        try
        {
            keys |= KeyFile.Read(options.Data).Count > 0;
        }
        catch (BadInputException bad)
        {
            found.AddAll(bad.Problems);
        }

        foreach (var (key, file) in new[] { ("tls_certificate", options.TlsCertificate), ("tls_key", options.TlsKey) })
        {
            if (file.Length > 0 && !File.Exists(file))
            {
                found.Add(config.Where(key), $"there is no file {file}", "name a PEM file");
            }
        }

        if (options.TlsCertificate.Length == 0 != (options.TlsKey.Length == 0))
        {
            found.Add(config.Where(options.TlsKey.Length == 0 ? "tls_certificate" : "tls_key"), "stands alone", "set both tls_certificate and tls_key");
        }

        if (options.OtlpEndpoint.Length > 0 && !(Uri.TryCreate(options.OtlpEndpoint, UriKind.Absolute, out var collector) && collector.Scheme is "http" or "https"))
        {
            found.Add(config.Where("otlp_endpoint"), $"{options.OtlpEndpoint} is not an http address", "give one such as http://127.0.0.1:4317");
        }

        foreach (var (job, plan) in ServeJobs.Plans(options))
        {
            var wrong = new Problems();
            plan.Check(wrong, job);
            foreach (var problem in wrong.Found)
            {
                found.Add(config.Where($"jobs_{job}_cron"), problem.What, problem.Mend);
            }
        }

        CheckSchedule(config, found);
        return new ServeAccess(Bindings.Check(options.Urls, config.Where("urls"), keys, options.TlsCertificate.Length > 0, found), bootstrap);
    }

    private static void CheckSchedule(ServeConfig config, Problems found)
    {
        if (ServeJobs.Cluster(config.Options) is not { } cluster)
        {
            return;
        }

        if (config.Options.Store != "postgres")
        {
            found.Add(config.Where("jobs_postgres"), "is given, but each instance has a store of its own", "set store to postgres: a job that runs on one instance must see what all of them logged");
        }

        var wrong = new Problems();
        cluster.Check(wrong);
        foreach (var problem in wrong.Found)
        {
            found.Add(config.Where("jobs_postgres_schema"), problem.What, problem.Mend);
        }
    }
}

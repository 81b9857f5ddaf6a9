using RapidTuner.Security;
using RapidTuner.Serving;

namespace RapidTuner.Http;

/// <summary>What every request passes through, in this order: headers, failures, bare statuses, names and origins, crowd, keys.</summary>
internal static class Pipeline
{
    public static void Use(WebApplication app, HostGuard hosts, AccessGuard access, LiveSettings settings, ILogger log)
    {
        app.Use(SecurityHeaders.Run);
        app.UseStatusCodePages(BareStatus.ExplainAsync);
        app.Use(new FailureGuard(log).Run);
        app.Use(hosts.Run);
        app.Use(new ConcurrencyGuard(settings).Run);
        app.Use(access.Run);
    }
}

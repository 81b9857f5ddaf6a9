using RapidTuner.Http;
using RapidTuner.Serving;

namespace RapidTuner.Security;

/// <summary>Bounds the requests under way, so that a crowd of slow ones leaves room for probes. Generations and event streams have bounds of their own.</summary>
/// <param name="settings">The bound.</param>
internal sealed class ConcurrencyGuard(LiveSettings settings)
{
    private int _underWay;

    public async Task Run(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path;
        if (HostGuard.IsProbe(path) || path.StartsWithSegments("/v1") || path == EventsEndpoint.Path)
        {
            await next(context);
            return;
        }

        if (Interlocked.Increment(ref _underWay) > settings.Current.RequestsMax)
        {
            Interlocked.Decrement(ref _underWay);
            await Refusal.WriteAsync(context, StatusCodes.Status429TooManyRequests, "Too many requests are under way; try again later.", "too_many_requests");
            return;
        }

        try
        {
            await next(context);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }
}

using RapidTuner.Http;
using RapidTuner.Serving;

namespace RapidTuner.Security;

/// <summary>
/// Demands a key where keys are on: read scope to read and to ask for completions, admin scope to change anything. Without keys only
/// loopback is bound, and a request that says it came through a proxy is refused, since others may stand behind it.
/// </summary>
/// <param name="keys">The keys.</param>
/// <param name="sessions">Log-ins of the dashboard.</param>
/// <param name="loopback">True when only loopback is bound.</param>
/// <param name="log">Hears of refusals and changes.</param>
internal sealed class AccessGuard(KeyRing keys, Sessions sessions, bool loopback, ILogger log)
{
    private const string Bearer = "Bearer ";

    public async Task Run(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (HostGuard.IsProbe(request.Path))
        {
            await next(context);
            return;
        }

        if (!keys.On && loopback)
        {
            if (request.Headers.Keys.Any(h => h.Equals("Forwarded", StringComparison.OrdinalIgnoreCase) || h.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)))
            {
                await Refuse(context, StatusCodes.Status403Forbidden, "Requests through a proxy need keys, and there are none: make one with `rapidtuner keys create`.", "proxy_without_keys");
                return;
            }

            await Pass(context, next, "keyless");
            return;
        }

        var needed = ScopeFor(request);
        var key = KeyOf(request);
        if (needed is { } scope && key is null)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await Refuse(context, StatusCodes.Status401Unauthorized, "Send a key: Authorization: Bearer KEY. `rapidtuner keys create` makes one.", "key_needed");
            return;
        }

        if (needed > key?.Scope)
        {
            await Refuse(context, StatusCodes.Status403Forbidden, "This key may read; changing something needs one of admin scope.", "scope_too_small");
            return;
        }

        await Pass(context, next, key is null ? "nobody" : $"key {key.Id}");
    }

    /// <summary>The key that a request carries, by header or by session; null when it carries none that counts.</summary>
    public ApiKey? KeyOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? keys.Find(header[Bearer.Length..].Trim())
            : request.Cookies[Sessions.Cookie] is { } session ? sessions.Find(session) : null;
    }

    /// <summary>Whether figures may be shown to whoever sent this request.</summary>
    public bool MayRead(HttpRequest request) => (!keys.On && loopback) || KeyOf(request) is not null;

    /// <summary>The pages of the dashboard hold no figures and are for everyone, and so is the log-in; all else has a scope.</summary>
    private static KeyScope? ScopeFor(HttpRequest request)
    {
        var reads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (request.Path.StartsWithSegments("/v1") || request.Path == "/metrics" || request.Path.StartsWithSegments("/openapi"))
        {
            return KeyScope.Read;
        }

        if (request.Path.StartsWithSegments("/api"))
        {
            return request.Path == SessionEndpoints.Path ? null : reads ? KeyScope.Read : KeyScope.Admin;
        }

        return reads ? null : KeyScope.Admin;
    }

    private async Task Pass(HttpContext context, RequestDelegate next, string who)
    {
        await next(context);
        if (context.Request.Path.StartsWithSegments("/api") && !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            Events.Changed(log, who, context.Request.Method, context.Request.Path, context.Response.StatusCode);
        }
    }

    private Task Refuse(HttpContext context, int status, string why, string code)
    {
        Events.AccessRefused(log, context.Request.Path, status, code);
        return Refusal.WriteAsync(context, status, why, code);
    }
}

using RapidTuner.Http;
using RapidTuner.Serving;

namespace RapidTuner.Security;

/// <summary>
/// A page elsewhere must not reach the service through its user's browser: neither under another name (rebinding) nor by a request of
/// another origin; and what changes something says that it is JSON, which no form can.
/// </summary>
/// <param name="settings">Names that are answered.</param>
/// <param name="bound">Hosts of the addresses that are listened on.</param>
/// <param name="log">Hears of refusals.</param>
internal sealed class HostGuard(LiveSettings settings, IReadOnlyCollection<string> bound, ILogger log)
{
    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "[::1]", "::1"];

    public Task Run(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (IsProbe(request.Path))
        {
            return next(context);
        }

        if (!IsAllowed(request.Host.Host))
        {
            return Refuse(context, StatusCodes.Status421MisdirectedRequest, "The Host header is not in the allow-list: use localhost or 127.0.0.1, or add the name to allowed_hosts.", "host_not_allowed");
        }

        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            if (IsCrossSite(request))
            {
                return Refuse(context, StatusCodes.Status403Forbidden, "A page of another origin may not change anything here.", "cross_origin");
            }

            if (HasBody(request) && !request.HasJsonContentType())
            {
                return Refuse(context, StatusCodes.Status415UnsupportedMediaType, "Send the body with Content-Type: application/json.", "unsupported_media_type");
            }
        }

        return next(context);
    }

    /// <summary>Probes of orchestrators carry neither key nor name, and learn nothing but yes or no.</summary>
    public static bool IsProbe(PathString path) => path == "/healthz" || path == "/readyz";

    private bool IsAllowed(string host) =>
        Loopback.Contains(host, StringComparer.OrdinalIgnoreCase)
        || bound.Contains(host, StringComparer.OrdinalIgnoreCase)
        || settings.Current.AllowedHosts.Contains(host, StringComparer.OrdinalIgnoreCase);

    private static bool HasBody(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) || HttpMethods.IsPut(request.Method) || HttpMethods.IsPatch(request.Method)
        || request.ContentLength > 0 || request.Headers.ContainsKey("Transfer-Encoding");

    private static bool IsCrossSite(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        var origin = request.Headers.Origin.ToString();
        return (site.Length > 0 && site is not ("same-origin" or "none"))
            || (origin.Length > 0 && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase) && site != "same-origin");
    }

    private Task Refuse(HttpContext context, int status, string why, string code)
    {
        Events.AccessRefused(log, context.Request.Path, status, code);
        return Refusal.WriteAsync(context, status, why, code);
    }
}

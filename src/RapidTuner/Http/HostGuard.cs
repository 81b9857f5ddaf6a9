namespace RapidTuner.Http;

/// <summary>
/// Keyless on loopback is safe only from this machine's own programs: a page elsewhere must not reach it through the user's
/// browser (rebinding, cross-site requests), nor a proxy on behalf of others (CONTRACT §5).
/// </summary>
internal static class HostGuard
{
    private static readonly string[] Hosts = ["localhost", "127.0.0.1", "[::1]", "::1"];

    public static async Task Run(HttpContext context, Func<Task> next)
    {
        var request = context.Request;
        if (request.Path != "/healthz" && request.Path != "/readyz")
        {
            if (!Hosts.Contains(request.Host.Host, StringComparer.OrdinalIgnoreCase))
            {
                await Refusal.WriteAsync(context, StatusCodes.Status421MisdirectedRequest, "Host is not in the allow-list: use localhost or 127.0.0.1.", "host_not_allowed");
                return;
            }

            if (request.Headers.ContainsKey("Forwarded") || request.Headers.Keys.Any(k => k.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)))
            {
                await Refusal.WriteAsync(context, StatusCodes.Status403Forbidden, "Requests through a proxy need keys, and none are set up.", "proxy_without_keys");
                return;
            }

            if (!HttpMethods.IsGet(request.Method) && CrossSite(request))
            {
                await Refusal.WriteAsync(context, StatusCodes.Status403Forbidden, "A page of another origin may not change anything here.", "cross_origin");
                return;
            }
        }

        await next();
    }

    private static bool CrossSite(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0)
        {
            return site is not ("same-origin" or "none");
        }

        var origin = request.Headers.Origin.ToString();
        return origin.Length > 0 && origin != $"{request.Scheme}://{request.Host}";
    }
}

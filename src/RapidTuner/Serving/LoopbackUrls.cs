using System.Net;
using RapidTuner.Core.Errors;

namespace RapidTuner.Serving;

/// <summary>Without keys the service listens on loopback alone (CONTRACT §5).</summary>
internal static class LoopbackUrls
{
    /// <summary>The addresses in <paramref name="urls"/>; whatever is not an http address on loopback is a problem.</summary>
    public static string[] Check(string urls, Problems found)
    {
        var all = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (all.Length == 0)
        {
            found.Add("--urls", "is empty", "give an address such as http://127.0.0.1:8080");
        }

        foreach (var url in all)
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttp)
            {
                found.Add("--urls", $"{url} is not an http address", "give an address such as http://127.0.0.1:8080");
            }
            else if (uri.Host != "localhost" && !(IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)))
            {
                found.Add("--urls", $"{url} is reachable from other machines and no keys are set up", "bind to 127.0.0.1, ::1 or localhost");
            }
        }

        return all;
    }
}

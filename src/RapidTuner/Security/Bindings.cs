using System.Net;
using RapidTuner.Core.Errors;

namespace RapidTuner.Security;

/// <summary>The addresses to listen on. Without keys they are loopback alone (CONTRACT §5).</summary>
internal static class Bindings
{
    /// <summary>The addresses in <paramref name="urls"/>; whatever cannot be listened on, or must not without keys, is a problem.</summary>
    /// <param name="urls">Addresses separated by <c>;</c>.</param>
    /// <param name="where">Where they were given.</param>
    /// <param name="keys">True when requests need keys.</param>
    /// <param name="certificate">True when there is a certificate for https.</param>
    /// <param name="found">Takes what is wrong.</param>
    public static string[] Check(string urls, string where, bool keys, bool certificate, Problems found)
    {
        var all = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (all.Length == 0)
        {
            found.Add(where, "is empty", "give an address such as http://127.0.0.1:8080");
        }

        foreach (var url in all)
        {
            if (Parse(url) is not { } address)
            {
                found.Add(where, $"{url} is not an address", "give one such as http://127.0.0.1:8080, without a path");
            }
            else if (!keys && !IsLoopback(address.Host))
            {
                found.Add(where, $"{url} is reachable from other machines and there are no keys", $"make one with `rapidtuner keys create`, name a file with one in {BootstrapKey.Variable}, or bind to 127.0.0.1, [::1] or localhost");
            }

            if (url.StartsWith("https:", StringComparison.OrdinalIgnoreCase) && !certificate)
            {
                found.Add(where, $"{url} needs a certificate", "set tls_certificate and tls_key");
            }
        }

        return all;
    }

    /// <summary>Hosts that <paramref name="urls"/> name, for the allow-list; wildcards name none.</summary>
    public static IEnumerable<string> HostsOf(IEnumerable<string> urls) =>
        urls.Select(u => Parse(u)?.Host).Where(h => h is not null && !IsWildcard(h)).Select(h => h!);

    /// <summary>True when nothing but this machine reaches an address of this host.</summary>
    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static bool IsWildcard(string host) => host is "*" or "+" or "0.0.0.0" or "[::]";

    private static BindingAddress? Parse(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            return address.Scheme is "http" or "https" && !address.IsUnixPipe && !address.IsNamedPipe && address.PathBase.Length == 0 && address.Host.Length > 0 && address.Port is >= 0 and <= 65_535 ? address : null;
        }
        catch (Exception broken) when (broken is FormatException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}

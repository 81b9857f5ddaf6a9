using System.Collections.Frozen;
using System.IO.Compression;

namespace RapidTuner.Http.Pages;

/// <summary>The built dashboard, read once into memory, packed once. A path is looked up, never opened: nothing outside can be reached.</summary>
internal sealed class DashboardFiles
{
    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".woff2"] = "font/woff2",
    }.ToFrozenDictionary();

    private readonly FrozenDictionary<string, Page> _byPath;

    private DashboardFiles(Dictionary<string, Page> byPath) => _byPath = byPath.ToFrozenDictionary();

    /// <summary>The dashboard in <paramref name="folder"/>; null when the program was built without.</summary>
    public static DashboardFiles? Open(string folder)
    {
        if (!File.Exists(Path.Combine(folder, "index.html")))
        {
            return null;
        }

        var byPath = new Dictionary<string, Page>();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            if (Types.TryGetValue(Path.GetExtension(file), out var type))
            {
                var path = "/" + Path.GetRelativePath(folder, file).Replace('\\', '/');
                byPath[path == "/index.html" ? "/" : path] = new Page(type, File.ReadAllBytes(file), Packed(file));
            }
        }

        return new DashboardFiles(byPath);
    }

    /// <summary>Maps each file; those of <c>/assets</c> have their content's hash in their name and never change.</summary>
    public void Map(WebApplication app)
    {
        foreach (var (path, page) in _byPath)
        {
            app.MapGet(path, context => WriteAsync(context, page, forever: path.StartsWith("/assets/", StringComparison.Ordinal))).ExcludeFromDescription();
        }
    }

    private static async Task WriteAsync(HttpContext context, Page page, bool forever)
    {
        var headers = context.Response.Headers;
        headers.ContentType = page.Type;
        headers.CacheControl = forever ? "public, max-age=31536000, immutable" : "no-cache";
        headers.Vary = "Accept-Encoding";
        var body = page.Plain;
        if (context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
        {
            headers.ContentEncoding = "gzip";
            body = page.Gzip;
        }

        headers.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static byte[] Packed(string file)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
        using (var plain = File.OpenRead(file))
        {
            plain.CopyTo(gzip);
        }

        return packed.ToArray();
    }

    private sealed record Page(string Type, byte[] Plain, byte[] Gzip);
}

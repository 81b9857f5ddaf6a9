using RapidTuner.Serving;

namespace RapidTuner.Tests.Http.Pages;

/// <summary>A test in Debian's Chromium of the dashboard that Node built; without either it is skipped and says which is missing.</summary>
internal sealed class BrowserFactAttribute : FactAttribute
{
    public static readonly string? Chromium = Array.Find(["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"], File.Exists);

    public BrowserFactAttribute()
    {
        if (Chromium is null)
        {
            Skip = "no Chromium: install the package chromium";
        }
        else if (!File.Exists(Path.Combine(Path.GetDirectoryName(typeof(ServeHost).Assembly.Location)!, "dashboard", "index.html")))
        {
            Skip = "the dashboard was not built: install Node 20.19 or later and npm, and build again";
        }
    }
}

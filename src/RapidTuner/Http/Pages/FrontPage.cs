using RapidTuner.Security;

namespace RapidTuner.Http.Pages;

/// <summary>Maps <c>/</c>: the dashboard, or the plain page where there is none.</summary>
internal static class FrontPage
{
    private const string Html = "text/html; charset=utf-8";

    /// <summary>Maps the page and what it loads.</summary>
    /// <param name="app">The service.</param>
    /// <param name="dashboard">The built dashboard; null when there is none.</param>
    /// <param name="status">The plain page.</param>
    /// <param name="access">Says whether figures may be shown.</param>
    public static void Map(WebApplication app, DashboardFiles? dashboard, StatusPage status, AccessGuard access)
    {
        app.MapGet(StatusPage.StylePath, () => Results.Text(StatusPage.Style, "text/css; charset=utf-8")).ExcludeFromDescription();
        app.MapGet(StatusPage.ScriptPath, () => Results.Text(StatusPage.Script, "text/javascript; charset=utf-8")).ExcludeFromDescription();
        app.MapGet("/status", Show).ExcludeFromDescription();
        if (dashboard is null)
        {
            app.MapGet("/", Show).ExcludeFromDescription();
        }
        else
        {
            dashboard.Map(app);
        }

        IResult Show(HttpContext context) => Results.Text(access.MayRead(context.Request) ? status.Text() : StatusPage.Login(), Html);
    }
}

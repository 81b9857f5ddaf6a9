using RapidTuner.Http;
using RapidTuner.Serving;

namespace RapidTuner.Security;

/// <summary>The dashboard's log-in: who am I, log in, log out.</summary>
internal static class SessionEndpoints
{
    public const string Path = "/api/v1/session";

    public static void Map(WebApplication app, KeyRing keys, Sessions sessions, AccessGuard access, bool loopback, LiveSettings settings, ILogger log)
    {
        object Of(ApiKey? key) => keys.On || !loopback
            ? new { KeysOn = true, Scope = key?.Scope.ToString().ToLowerInvariant(), KeyId = key?.Id }
            : new { KeysOn = false, Scope = (string?)"admin", KeyId = (string?)null };
        app.MapGet(Path, (HttpContext context) => Results.Json(Of(access.KeyOf(context.Request)), StatePage.Json))
            .WithSummary("Whether keys are on, and what the caller's may do.");
        app.MapPost(Path, async (HttpContext context, LoginRequest login) =>
        {
            if (keys.Find(login.Key ?? "") is not { } key)
            {
                Events.AccessRefused(log, Path, StatusCodes.Status401Unauthorized, "wrong_key");
                await Refusal.WriteAsync(context, StatusCodes.Status401Unauthorized, "There is no such key.", "wrong_key");
                return;
            }

            var lengthS = settings.Current.SessionS;
            context.Response.Cookies.Append(Sessions.Cookie, sessions.Open(key, lengthS), new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Strict,
                Secure = context.Request.IsHttps,
                MaxAge = TimeSpan.FromSeconds(lengthS),
                Path = "/",
                IsEssential = true,
            });
            Events.LoggedIn(log, key.Id);
            await Results.Json(Of(key), StatePage.Json).ExecuteAsync(context);
        }).WithSummary("Logs in: trades a key for a session cookie.");
        app.MapDelete(Path, (HttpContext context) =>
        {
            if (context.Request.Cookies[Sessions.Cookie] is { } session)
            {
                sessions.Close(session);
            }

            context.Response.Cookies.Delete(Sessions.Cookie, new CookieOptions { Path = "/" });
            return Results.NoContent();
        }).WithSummary("Logs out.");
    }
}

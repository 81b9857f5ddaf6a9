using RapidTuner.Serving;

namespace RapidTuner.Http;

/// <summary>Whatever an address throws becomes a reply that tells nothing of the inside, and an event that tells all.</summary>
/// <param name="log">Hears of failures.</param>
internal sealed class FailureGuard(ILogger log)
{
    public async Task Run(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client left.
        }
        catch (BadHttpRequestException bad) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = bad.StatusCode;
        }
        catch (Exception failure) when (!context.Response.HasStarted)
        {
            Events.RequestFailed(log, failure, context.Request.Method, context.Request.Path);
            await Refusal.WriteAsync(context, StatusCodes.Status500InternalServerError, "The service failed at this request; its log says why.", "internal_error");
        }
    }
}

using System.Text;
using System.Text.Json;
using RapidTuner.Serving;

namespace RapidTuner.Http;

/// <summary>
/// <c>/api/v1/events</c>: state, newest point, forecast and plan once a second as server-sent events, until the client leaves or the host stops. A client that does not read
/// gets fewer events, never a queue.
/// </summary>
/// <param name="events">Makes each event's data, by its name.</param>
/// <param name="settings">Most streams at once.</param>
/// <param name="clock">Paces them.</param>
/// <param name="stopping">The host's end.</param>
internal sealed class EventsEndpoint(IReadOnlyList<(string Name, Func<object> Data)> events, LiveSettings settings, TimeProvider clock, CancellationToken stopping)
{
    public const string Path = "/api/v1/events";

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private int _streams;

    public async Task Stream(HttpContext context)
    {
        if (Interlocked.Increment(ref _streams) > settings.Current.StreamsMax)
        {
            Interlocked.Decrement(ref _streams);
            await Refusal.WriteAsync(context, StatusCodes.Status429TooManyRequests, "Too many event streams are open; try again later.", "too_many_streams");
            return;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            context.Response.ContentType = "text/event-stream; charset=utf-8";
            using var tick = new PeriodicTimer(Period, clock);
            do
            {
                foreach (var (name, data) in events)
                {
                    var text = JsonSerializer.Serialize(data(), StatePage.Json);
                    await context.Response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes($"event: {name}\ndata: {text}\n\n"), ended.Token);
                }
            }
            while (await tick.WaitForNextTickAsync(ended.Token));
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The client left, or the host stops.
        }
        finally
        {
            Interlocked.Decrement(ref _streams);
        }
    }
}

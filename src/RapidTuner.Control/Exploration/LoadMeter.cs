using RapidTuner.Core.Samples;

namespace RapidTuner.Control.Exploration;

/// <summary>The load of the last ten whole seconds, from what an engine reports. One thread; allocates nothing.</summary>
public sealed class LoadMeter : IEngineObserver
{
    private const int Seconds = 10;

    private readonly double[] _requests = new double[Seconds];
    private readonly double[] _prompt = new double[Seconds];
    private readonly double[] _output = new double[Seconds];
    private long _second;
    private long _first = -1;

    /// <summary>Requests that arrived per second; NaN before the first.</summary>
    public double RequestsPerS => Mean(_requests);

    /// <summary>Prompt tokens that arrived per second.</summary>
    public double PromptTokensPerS => Mean(_prompt);

    /// <summary>Tokens that clients got per second.</summary>
    public double OutputTokensPerS => Mean(_output);

    /// <summary>Lets time pass.</summary>
    public void AdvanceTo(double nowS)
    {
        var second = (long)Math.Floor(nowS);
        _first = _first < 0 ? second : _first;
        for (var s = Math.Max(_second + 1, second - Seconds); s <= second; s++)
        {
            (_requests[s % Seconds], _prompt[s % Seconds], _output[s % Seconds]) = (0, 0, 0);
        }

        _second = Math.Max(_second, second);
    }

    /// <inheritdoc/>
    public void OnStep(in StepSample step)
    {
        // Load is what clients ask for, not what is computed.
    }

    /// <inheritdoc/>
    public void OnGaps(double nowS, double gapS, int count)
    {
        AdvanceTo(nowS);
        _output[_second % Seconds] += count;
    }

    /// <inheritdoc/>
    public void OnRequest(in RequestSample request)
    {
        // Counted when it arrived.
    }

    /// <inheritdoc/>
    public void OnArrival(double nowS, int promptTokens, int cachedTokens)
    {
        AdvanceTo(nowS);
        _requests[_second % Seconds]++;
        _prompt[_second % Seconds] += promptTokens;
    }

    /// <inheritdoc/>
    public void OnFirstToken(double nowS, long id, double arrivalS)
    {
        AdvanceTo(nowS);
        _output[_second % Seconds]++;
    }

    // The running second is not whole and left out.
    private double Mean(double[] bySecond)
    {
        var whole = Math.Min(Seconds - 1, _second - _first);
        return _first < 0 || whole < 1 ? double.NaN : (bySecond.Sum() - bySecond[_second % Seconds]) / whole;
    }
}

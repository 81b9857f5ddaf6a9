namespace RapidTuner.Engine.Scheduling;

/// <summary>
/// The link over which a prefill device sends KV. A prompt's layers leave as they are computed, so the first may go when its
/// step starts and the last only when it has ended. The link sends one thing at a time, at its full rate.
/// </summary>
internal struct TransferLink
{
    private double _freeS;
    private double _fromS;
    private double _sentS;

    /// <summary>A prefill step that began at <paramref name="startS"/> has ended; sends of its prompts follow.</summary>
    public void StepEnded(double startS)
    {
        _fromS = Math.Max(_freeS, startS);
        _sentS = 0;
    }

    /// <summary>Sends a prompt of the step that ended now; returns when the last of it has arrived.</summary>
    /// <param name="sendS">Seconds that it takes alone.</param>
    /// <param name="layers">Layers of the model.</param>
    /// <param name="nowS">The step's end.</param>
    public double SendOverlapped(double sendS, int layers, double nowS)
    {
        _sentS += sendS;
        _freeS = Math.Max(_fromS + _sentS, nowS + (_sentS / layers));
        return _freeS;
    }

    /// <summary>Sends a prompt that had to wait for room until now; returns when it has arrived.</summary>
    public double Send(double sendS, double nowS)
    {
        _freeS = Math.Max(_freeS, nowS) + sendS;
        return _freeS;
    }
}

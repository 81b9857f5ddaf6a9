namespace RapidTuner.Engine;

/// <summary>Receives every token as it is computed, on the engine's thread: it must return at once and never throw.</summary>
public interface ITokenSink
{
    /// <summary>Token number <paramref name="index"/> (from 1) of request <paramref name="handle"/> was computed at <paramref name="nowS"/>.</summary>
    void OnToken(RequestHandle handle, int index, double nowS);
}

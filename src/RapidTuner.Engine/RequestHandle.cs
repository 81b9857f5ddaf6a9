namespace RapidTuner.Engine;

/// <summary>Names a submitted request.</summary>
/// <param name="Slot">Its place in the engine's table; used again after it ended.</param>
/// <param name="Id">Its number, rising in order of arrival; never used again.</param>
public readonly record struct RequestHandle(int Slot, long Id)
{
    /// <summary>The request was refused on arrival.</summary>
    public bool Refused => Slot < 0;
}

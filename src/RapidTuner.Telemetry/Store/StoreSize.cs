namespace RapidTuner.Telemetry.Store;

/// <summary>How much room a store takes.</summary>
/// <param name="FileBytes">Bytes on disk, journals included.</param>
/// <param name="FreeBytes">Of these, bytes that deleted records left and new ones will use.</param>
public readonly record struct StoreSize(long FileBytes, long FreeBytes)
{
    /// <summary>Bytes in use.</summary>
    public long UsedBytes => FileBytes - FreeBytes;
}

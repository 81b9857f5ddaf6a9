namespace RapidTuner.Telemetry.Store.Files;

/// <summary>The directory of a store: made when missing, for its owner alone.</summary>
public static class DataDirectory
{
    /// <summary>Makes the directory when it is not there.</summary>
    /// <exception cref="StoreException">It cannot be made.</exception>
    public static void Ensure(string path)
    {
        try
        {
            if (!Directory.Exists(path))
            {
                if (OperatingSystem.IsWindows())
                {
                    Directory.CreateDirectory(path);
                }
                else
                {
                    Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreFault.ReadOnly, $"{path} cannot be made: {failure.Message}", failure);
        }
    }
}

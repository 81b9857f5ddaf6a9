namespace RapidTuner.Tests.Shared;

/// <summary>The folder of real traces and measured tables that may stand beside a checkout.</summary>
internal static class SharedData
{
    /// <summary>The checkout's root: the nearest folder upwards that holds RapidTuner.sln.</summary>
    public static string Root { get; } = FindRoot();

    private static string Folder => Path.Combine(Root, "..", "shared");

    /// <summary>True when the folder is there.</summary>
    public static bool Exists => Directory.Exists(Folder);

    /// <summary>A file of the folder, such as <c>workloads/azure-2023-code.csv</c>.</summary>
    public static string PathOf(string relative) => Path.GetFullPath(Path.Combine(Folder, relative));

    private static string FindRoot()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "RapidTuner.sln")))
        {
            at = at.Parent;
        }

        return at?.FullName ?? throw new InvalidOperationException("RapidTuner.sln was not found above the tests' folder");
    }
}

namespace RapidTuner.Tests.Shared;

/// <summary>
/// A test that needs the real traces and tables. Skipped with its reason where they are missing, unless <c>CI=true</c>: there
/// the test runs and fails.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute()
    {
        if (!SharedData.Exists && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Skip = "needs the folder `shared` beside the checkout (README, section Data, says how to get the originals)";
        }
    }
}

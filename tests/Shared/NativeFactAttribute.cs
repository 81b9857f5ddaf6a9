namespace RapidTuner.Tests.Shared;

/// <summary>A test that compiles native code; without its compiler it is skipped and says so, and fails where <c>CI=true</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NativeFactAttribute : FactAttribute
{
    public NativeFactAttribute(string compiler)
    {
        if (NativeTools.Find(compiler) is null && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Skip = $"no {compiler} on this machine";
        }
    }
}

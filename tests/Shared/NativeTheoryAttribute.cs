namespace RapidTuner.Tests.Shared;

/// <summary>As <see cref="NativeFactAttribute"/>, for a test with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NativeTheoryAttribute : TheoryAttribute
{
    public NativeTheoryAttribute(string compiler) => Skip = new NativeFactAttribute(compiler).Skip;
}

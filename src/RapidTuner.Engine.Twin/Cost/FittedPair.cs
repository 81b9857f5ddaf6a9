using RapidTuner.Core.Catalogue;

namespace RapidTuner.Engine.Twin.Cost;

/// <summary>A device and a stack with the constants that were fitted to the two together.</summary>
/// <param name="Device">The device; its `cost` is what was fitted under that stack.</param>
/// <param name="Stack">The stack as fitted on that device.</param>
public sealed record FittedPair(DeviceSpec Device, StackSpec Stack)
{
    private const string StackPrefix = "stack.";

    /// <summary>Puts the fits that <paramref name="device"/> carries for <paramref name="stack"/> in place of both's own constants.</summary>
    public static FittedPair Of(DeviceSpec device, StackSpec stack)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(stack);
        return device.Fits.TryGetValue(stack.Name, out var fits) ? With(device, stack, fits) : new FittedPair(device, stack);
    }

    /// <summary>Puts constants in place by key: <c>cost.…</c> of the device, <c>stack.…</c> of the stack.</summary>
    public static FittedPair With(DeviceSpec device, StackSpec stack, IReadOnlyDictionary<string, Constant> constants) =>
        new(
            SpecConstants.Map(device, (key, own) => constants.GetValueOrDefault(key, own)),
            SpecConstants.Map(stack, (key, own) => constants.GetValueOrDefault(StackPrefix + key, own)));

    /// <summary>The constant of that key.</summary>
    public Constant ConstantOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.StartsWith(StackPrefix, StringComparison.Ordinal)
            ? SpecConstants.Of(Stack).First(c => c.Key == key[StackPrefix.Length..]).Value
            : SpecConstants.Of(Device).First(c => c.Key == key).Value;
    }
}

using RapidTuner.Engine.Gpu.Devices;

namespace RapidTuner.Engine.Gpu.Hip;

/// <summary>
/// Masks of compute units. On a device of several dies (XCDs) the kernel driver deals the mask's bits out to the dies in turn: bit b belongs
/// to die b mod dies (Linux, amdkfd, mqd_symmetrically_map_cu_mask). A run of bits whose length is a multiple of the dies is therefore balanced over them.
/// </summary>
internal static class CuMask
{
    /// <summary>Mask words of 32 bits for a range of units.</summary>
    public static uint[] Of(int deviceUnits, UnitRange range)
    {
        var words = new uint[(deviceUnits + 31) / 32];
        var first = range.First(deviceUnits);
        for (var bit = first; bit < first + range.Units; bit++)
        {
            words[bit / 32] |= 1u << (bit % 32);
        }

        return words;
    }
}

namespace RapidTuner.Engine.Gpu.Devices;

/// <summary>What to do about a vendor's error, by the part of its name that both vendors share.</summary>
internal static class GpuAdvice
{
    private static readonly (string[] Words, string Advice, bool Lost)[] Known =
    [
        (["OUT_OF_MEMORY", "OutOfMemory"], "free device memory (other processes?), or take fewer layers, a smaller batch or a smaller palette", false),
        (["NO_DEVICE", "NoDevice"], "no device is visible: check CUDA_VISIBLE_DEVICES or HIP_VISIBLE_DEVICES, and the container's devices", false),
        (["INVALID_DEVICE", "InvalidDevice"], "there is no device of that number; `rapidtuner doctor` lists them", false),
        (["OPERATING_SYSTEM", "NOT_PERMITTED", "NotPermitted"], "check the permissions of /dev/nvidia* or /dev/kfd and /dev/dri", false),
        (["SYSTEM_DRIVER_MISMATCH", "INSUFFICIENT_DRIVER", "InsufficientDriver", "STUB_LIBRARY"], "the driver and the library do not fit together: install the driver's own libraries", false),
        (["INVALID_RESOURCE"], "the device refuses a partition of that size: `rapidtuner doctor` prints its granularity", false),
        (["NOT_SUPPORTED", "NotSupported", "NOT_FOUND", "SymbolNotFound"], "this driver does not have it: green contexts need CUDA 12.4, masked streams ROCm 5", false),
        (["ILLEGAL_ADDRESS", "ILLEGAL_INSTRUCTION", "MISALIGNED_ADDRESS", "LAUNCH_FAILED", "ASSERT", "IllegalAddress", "LaunchFailure"],
            "a kernel faulted and the device's context is lost: start again", true),
        (["ECC", "DEVICE_UNAVAILABLE", "DEVICE_NOT_LICENSED", "HARDWARE_STACK", "UNKNOWN", "ContextIsDestroyed"],
            "the device was lost: see the kernel's log (dmesg) for Xid or amdgpu messages", true),
    ];

    /// <summary>Makes the exception of a failed call.</summary>
    public static GpuException Exception(string call, int code, string name)
    {
        foreach (var (words, advice, lost) in Known)
        {
            if (words.Any(w => name.Contains(w, StringComparison.Ordinal)))
            {
                return new GpuException(call, code, name, advice, lost);
            }
        }

        return new GpuException(call, code, name);
    }
}

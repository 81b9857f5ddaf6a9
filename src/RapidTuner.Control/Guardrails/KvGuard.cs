using RapidTuner.Core.Control;

namespace RapidTuner.Control.Guardrails;

/// <summary>Says when the KV cache is so full that running sequences will be preempted; it is left only at twice the bound, so that it does not flicker.</summary>
internal sealed class KvGuard(GuardOptions options)
{
    private bool _pressed;

    /// <summary><see cref="Reason.KvPressure"/>, or <see cref="Reason.None"/>.</summary>
    public Reason Judge(in Observation seen)
    {
        _pressed = seen.KvFreeShare < (_pressed ? 2 : 1) * options.KvFreeShareMin;
        return _pressed ? Reason.KvPressure : Reason.None;
    }
}

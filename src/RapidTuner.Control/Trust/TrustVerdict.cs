namespace RapidTuner.Control.Trust;

/// <summary>How a challenge ended, or that it has not.</summary>
public enum TrustVerdict : byte
{
    /// <summary>Not ended.</summary>
    Open,

    /// <summary>The replay in the twin says that it is worse.</summary>
    WhatIfWorse,

    /// <summary>The log says that it is worse.</summary>
    OffPolicyWorse,

    /// <summary>In shadow it gave decisions that are none, or was predicted to break the SLO.</summary>
    ShadowUnsafe,

    /// <summary>The switchback's upper bound is below the champion.</summary>
    SwitchbackWorse,

    /// <summary>The switchback ended without a lower bound above the champion.</summary>
    SwitchbackUndecided,

    /// <summary>Promoted, and not yet out of watch.</summary>
    Promoted,

    /// <summary>Promoted and kept.</summary>
    Kept,

    /// <summary>Promoted and rolled back: its predecessor did better in the blocks held back for it, or attainment fell off at once.</summary>
    RolledBack,

    /// <summary>Ended by an operator.</summary>
    Withdrawn,
}

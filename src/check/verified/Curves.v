(* Curves.v - the derivatives that Symbols.v computes are those of the values along curves.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String Reals Lra Lia FMapPositive.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Meaning Diff
  Claims Flow Text Relu
  TrueFlow Symbols Functions SymbolValues Motion.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.
Add Ring RealRing : (cth Rring).

Lemma dp_sum e (w : positive -> positive -> R) (v : positive -> R) p vs :
  dp Rring e (fun b => ssum Reals vs (fun a => v a * w a b)) p = ssum Reals vs (fun a => v a * dp Rring e (w
    a) p).
Proof.
  induction vs as [|a vs IH]; cbn [ssum]; [apply (dp_0 Rring)|]. rewrite <- IH, <- (dp_mult e (v a)).
  transitivity (dp Rring e (fun b => ssum Reals vs (fun a => v a * w a b) + 1 * (v a * w a b)) p).
  - apply (dp_ext Rring e (fun _ => true)); [|apply onvars_all]. intros b _. cbn. ring.
  - etransitivity; [exact (dp_lin Rring e _ (fun b => v a * w a b) 1 p)|]. cbn. ring.
Qed.

(* ------------------------------------------------------------------ the list of motions *)
Fixpoint increasing (k : positive) (l : list (positive * (poly * poly))) : Prop :=
  match l with
  | [] => True
  | (id, (_, n)) :: l => (k <= id)%positive /\ onvars (fun b => Pos.ltb b id) n = true /\ increasing (Pos.succ
    id) l
  end.
Lemma increasing_le l : forall j k, (j <= k)%positive -> increasing k l -> increasing j l.
Proof. destruct l as [|[id [s n]] l]; intros j k H G; [exact G|]. destruct G as (G1 & G2 & G3). split;
  [lia|auto]. Qed.
Lemma increasing_above l : forall k t, increasing k l -> In t l -> (k <= fst t)%positive.
Proof.
  induction l as [|[id [s n]] l IH]; intros k t G H; [contradiction|]. destruct G as (G1 & _ & G3).
  destruct H as [<-|H]; [exact G1|]. assert (Q := IH _ _ G3 H). lia.
Qed.
Lemma total_from l : forall k V0, increasing k l -> (forall b, (k <= b)%positive -> fget V0 b = []) ->
  let V := fold_left (fun V t => let d := lie (fget V) (snd (snd t)) in
      if is_nil d then V else PositiveMap.add (fst t) (pmul (fst (snd t)) d) V) l V0 in
  (forall b, (b < k)%positive -> fget V b = fget V0 b) /\
  (forall id s n, In (id, (s, n)) l -> forall e, pev e (fget V id) = pev e s * dp Rring e (fun b => pev e
    (fget V b)) n).
Proof.
  induction l as [|[i [s n]] l IH]; intros k V0 G H0; cbn [fold_left]; [split; [reflexivity|intros id s n
    []]|].
  destruct G as (G1 & G2 & G3). cbn [fst snd] in *.
  set (V1 := if is_nil (lie (fget V0) n) then V0 else PositiveMap.add i (pmul s (lie (fget V0) n)) V0).
  assert (E1 : forall e, pev e (fget V1 i) = pev e s * dp Rring e (fun b => pev e (fget V0 b)) n).
  { intros e. rewrite <- (lie_ok Rring). unfold V1. destruct (lie (fget V0) n) as [|t p]; cbn [is_nil].
    - rewrite H0 by exact G1. cbn. ring.
    - rewrite fget_add, Pos.eqb_refl, (peval_mul Rring). reflexivity. }
  assert (B1 : forall b, b <> i -> fget V1 b = fget V0 b).
  { intros b N. unfold V1. destruct (is_nil _); [reflexivity|]. rewrite fget_add.
    destruct (Pos.eqb_spec b i); [contradiction|reflexivity]. }
  destruct (IH (Pos.succ i) V1 G3) as [H1 H2].
  { intros b Hb. rewrite B1 by lia. apply H0. lia. }
  split.
  - intros b Hb. rewrite H1 by lia. apply B1. lia.
  - intros id s' n' [Hin|Hin] e; [|apply H2; exact Hin]. injection Hin as -> -> ->. rewrite H1 by lia. rewrite
    E1.
    f_equal. apply (dp_ext Rring e (fun b => Pos.ltb b id)); [|exact G2]. intros b Hb. apply Pos.ltb_lt in Hb.
    rewrite H1, B1 by lia. reflexivity.
Qed.

Section Motions.
  Variable I : functions.
  Variable first : positive.
  Variable T : table.
  Hypothesis Hord : ordered first T = true.
  Lemma motion_ok e id f l s n : sat I e T -> In (id, (f, l)) T -> motion T (id, (f, l)) = Some (s, n) ->
    (flat f = true /\ s = [] /\ n = []) \/
    exists a z, l = [a] /\ has_slope f = true /\ n = fst a /\ snd a = [([], z)] /\ z <> 0%Z /\
      pev e s = slope I f (fval e a) * / IZR z.
  Proof.
    intros Hs Hin HM. assert (HV := Hs _ Hin). unfold stands in HV. cbn [fst snd] in HV.
    destruct (ordered_in _ _ _ _ _ Hord Hin) as (_ & _ & HC). unfold motion in HM.
    destruct (flat f) eqn:Ef; [injection HM as <- <-; auto|]. right.
    destruct l as [|a [|b l]]; try discriminate. destruct (HC a (or_introl eq_refl)) as [Ca _].
    destruct (constant_den_spec a Ca) as (z & Ez & Hz). exists a, z.
    destruct (slope_of T id f a) as [p|] eqn:Es; [|discriminate].
    destruct (denominator_of T a) as [u|] eqn:Eu; [|discriminate].
    assert (ES : pmul p u = s) by congruence. assert (EN : fst a = n) by congruence. rewrite <- ES. clear HM.
    assert (NZ := IZR_nonzero _ Hz).
    assert (U : pev e u = / IZR z).
    { unfold denominator_of in Eu. destruct (is_one (snd a)) eqn:E1.
      - assert (EO : one = u) by congruence. rewrite <- EO. apply is_one_ok in E1. rewrite E1 in Ez. injection
        Ez as <-.
        rewrite (ev_one Reals). cbn. lra.
      - apply (look_value I e T Hs) in Eu. unfold integer_inverse in Eu. cbn [fst snd map real_value single
        nth] in Eu.
        rewrite fval_one, Ez, pev_constant in Eu. exact Eu. }
    rewrite (peval_mul Rring), U.
    assert (S : has_slope f = true /\ pev e p = slope I f (fval e a)).
    { destruct f; try discriminate; cbn [slope_of] in Es; cbn [map real_value single nth] in HV; (split;
      [reflexivity|]);
        cbn [slope].
      - assert (EP : popp (pmul (var id) (var id)) = p) by congruence.
        rewrite <- EP, (peval_opp Rring), (peval_mul Rring), !var_value, HV. reflexivity.
      - assert (EP : var id = p) by congruence. rewrite <- EP, var_value. exact HV.
      - apply (look_value I e T Hs) in Es. exact Es.
      - apply (look_value I e T Hs) in Es. exact Es.
      - destruct (look T (Sin, [a])) as [q|] eqn:Eq; [|discriminate]. apply (look_value I e T Hs) in Eq.
        assert (EP : popp q = p) by (cbn [option_map] in Es; congruence). rewrite <- EP, (peval_opp Rring),
          Eq. reflexivity.
      - assert (EP : padd one (popp (pmul (var id) (var id))) = p) by congruence.
        rewrite <- EP, (peval_add Rring), (peval_opp Rring), (peval_mul Rring), (ev_one Reals), !var_value,
          HV. reflexivity.
      - assert (EP : padd (var id) (popp (pmul (var id) (var id))) = p) by congruence.
        rewrite <- EP, (peval_add Rring), (peval_opp Rring), (peval_mul Rring), !var_value, HV. reflexivity.
      - apply (look_value I e T Hs) in Es. exact Es.
      - destruct (look T (Slope, [])) as [k|] eqn:Ek; [|discriminate].
        destruct (look T (gauss a)) as [g|] eqn:Eg; [|discriminate]. assert (EP : pmul k g = p) by congruence.
          rewrite <- EP.
        apply (look_value I e T Hs) in Ek, Eg. rewrite (peval_mul Rring), Ek, Eg. unfold gauss.
        cbn [fst snd map real_value single nth]. unfold fval. cbn [fst snd].
        rewrite (peval_opp Rring), !(peval_mul Rring), Ez, pev_constant. cbn.
        assert (A : forall x y : R, y <> 0 -> - (x * x) / (y * y) = - (x / y * (x / y))) by (intros; field;
          assumption).
        rewrite (A (pev e (fst a)) (IZR z) NZ). reflexivity.
      - apply (look_value I e T Hs) in Es. rewrite Es. unfold twice. cbn [fst snd map real_value single nth].
        rewrite fval_one. cbn [peval meval]. rewrite phi_IZR, HV. cbn. f_equal. ring.
      - apply (look_value I e T Hs) in Es. exact Es.
      - apply (look_value I e T Hs) in Es. exact Es. }
    destruct S as [S1 S2]. rewrite S2. repeat split; auto.
  Qed.

  Lemma all_motions_ok l0 : forall k L0 acc L l, ordered k l0 = true -> (forall t, In t l0 -> In t T) ->
    all_motions first T l0 L0 acc = (L, l) -> exists seg, l = rev acc ++ seg /\ increasing k seg /\
    (forall t, In t seg -> exists d, In (fst t, d) T /\ motion T (fst t, d) = Some (snd t)) /\
    forall Q : positive -> Prop, (forall b, moving first L0 b = true -> Q b) ->
      (forall id d m L1, In (id, d) T -> motion T (id, d) = Some m -> In (id, m) seg ->
        (forall b, moving first L1 b = true -> Q b) -> forallb (fun a => onvars (moving first L1) (fst a))
          (snd d) = true -> Q id) ->
      forall b, moving first L b = true -> Q b.
  Proof.
    induction l0 as [|[i [f l1]] l0 IH]; intros k L0 acc L l O HT HA; cbn [all_motions] in HA.
    - injection HA as <- <-. exists []. unfold rev'. rewrite <- rev_alt, app_nil_r. repeat split; auto. intros
      t [].
    - cbn [ordered] in O. apply andb_prop in O as [O O3]. apply andb_prop in O as [O1 O2]. apply Pos.eqb_eq in
      O1. subst i.
      assert (HT' : forall t, In t l0 -> In t T) by (intros; apply HT; now right).
      assert (Weaken : all_motions first T l0 L0 acc = (L, l) -> exists seg, l = rev acc ++ seg /\ increasing
        k seg /\
        (forall t, In t seg -> exists d, In (fst t, d) T /\ motion T (fst t, d) = Some (snd t)) /\
        forall Q : positive -> Prop, (forall b, moving first L0 b = true -> Q b) ->
          (forall id d m L1, In (id, d) T -> motion T (id, d) = Some m -> In (id, m) seg ->
            (forall b, moving first L1 b = true -> Q b) -> forallb (fun a => onvars (moving first L1) (fst a))
              (snd d) = true -> Q id) ->
          forall b, moving first L b = true -> Q b).
      { intros H. destruct (IH (Pos.succ k) L0 acc L l O3 HT' H) as (seg & H1 & H2 & H3 & H4).
        exists seg. split; [exact H1|]. split; [apply (increasing_le _ _ (Pos.succ k)); [lia|exact H2]|].
          auto. }
      match type of HA with context [motion ?X ?Y] => destruct (motion X Y) as [m|] eqn:EM end; [|exact
        (Weaken HA)].
      cbn [snd] in HA. destruct (forallb (fun a => onvars (moving first L0) (fst a)) l1) eqn:EO; [|exact
        (Weaken HA)]. clear Weaken.
      destruct (IH (Pos.succ k) _ _ L l O3 HT' HA) as (seg & H1 & H2 & H3 & H4). cbn [fst snd rev] in *.
      assert (Hk : In (k, (f, l1)) T) by (apply HT; now left).
      exists ((k, m) :: seg). split; [rewrite H1, <- app_assoc; reflexivity|]. split; [|split].
      + destruct m as [s n]. split; [lia|]. split; [|exact H2]. unfold motion in EM.
        destruct (flat f); [injection EM as <- <-; reflexivity|]. destruct l1 as [|a [|b l1]]; try
          discriminate.
        destruct (slope_of T k f a); [|discriminate]. destruct (denominator_of T a); [|discriminate].
        injection EM as _ <-. apply (ordered_in _ _ _ _ _ Hord Hk). now left.
      + intros t [<-|Ht]; [exists (f, l1); split; [exact Hk|exact EM]|apply H3; exact Ht].
      + intros Q HQ0 HQ. apply H4.
        * intros b Hb. unfold moving in Hb. apply orb_prop in Hb as [Hb|Hb].
          -- apply HQ0. unfold moving. rewrite Hb. reflexivity.
          -- destruct (Pos.eq_dec b k) as [->|N].
             ++ apply (HQ k (f, l1) m L0 Hk EM (or_introl eq_refl) HQ0 EO).
             ++ apply HQ0. unfold moving. rewrite PositiveMap.mem_find in Hb. rewrite PositiveMap.gso in Hb by
               exact N.
                rewrite PositiveMap.mem_find, Hb. apply orb_true_r.
        * intros id d m' L1 Hin Hm Hseg HL HO. apply (HQ id d m' L1 Hin Hm (or_intror Hseg) HL HO).
  Qed.

  (* ---------------------------------------------------------------- along a curve *)
  Variable L : motions.
  Variable l : list (positive * (poly * poly)).
  Hypothesis HL : all_motions first T T (PositiveMap.empty _) [] = (L, l).
  Lemma motion_list : increasing first l /\
    (forall t, In t l -> exists d, In (fst t, d) T /\ motion T (fst t, d) = Some (snd t)) /\
    forall Q : positive -> Prop, (forall b, (b < first)%positive -> Q b) ->
      (forall id d m L1, In (id, d) T -> motion T (id, d) = Some m -> In (id, m) l ->
        (forall b, moving first L1 b = true -> Q b) -> forallb (fun a => onvars (moving first L1) (fst a))
          (snd d) = true -> Q id) ->
      forall b, moving first L b = true -> Q b.
  Proof.
    destruct (all_motions_ok T first _ _ _ _ Hord (fun t H => H) HL) as (seg & H1 & H2 & H3 & H4). simpl in
      H1. subst seg.
    split; [exact H2|]. split; [exact H3|]. intros Q HQ. apply H4. intros b Hb. apply HQ. unfold moving in Hb.
    apply orb_prop in Hb as [Hb|Hb]; [apply Pos.ltb_lt; exact Hb|].
    rewrite PositiveMap.mem_find, PositiveMap.gempty in Hb. discriminate.
  Qed.
  Variable n : nat.
  Hypothesis Hn : forall a, is_state n a = true -> (a < first)%positive.
  Lemma total_ok a : is_state n a = true ->
    (forall b, (b < first)%positive -> fget (total l a) b = if Pos.eqb b a then one else []) /\
    (forall id s m, In (id, (s, m)) l -> forall e,
      pev e (fget (total l a) id) = pev e s * dp Rring e (fun b => pev e (fget (total l a) b)) m).
  Proof.
    intros Ha. specialize (Hn a Ha).
    assert (E0 : forall b, fget (PositiveMap.add a one zero_field) b = if Pos.eqb b a then one else [])
      by (intros b; rewrite fget_add, fget_zero; reflexivity).
    destruct (total_from l first (PositiveMap.add a one zero_field) (proj1 motion_list)) as [H1 H2].
    { intros b Hb. rewrite E0. destruct (Pos.eqb_spec b a); [lia|reflexivity]. }
    split; [|exact H2]. intros b Hb. unfold total. rewrite H1 by exact Hb. apply E0.
  Qed.
  (* how the values change when coordinate a has velocity v a *)
  Definition change (e v : positive -> R) (b : positive) : R :=
    ssum Reals (vars n) (fun a => v a * pev e (fget (total l a) b)).
  Lemma change_base e v b : (b < first)%positive -> change e v b = if is_state n b then v b else 0.
  Proof.
    intros Hb. unfold change.
    rewrite (ssum_ext Reals (vars n) _ (fun a => v a * (if Pos.eqb b a then 1 else 0))).
    - etransitivity; [exact (ssum_delta Reals v b (vars n) (vars_nodup n 1))|]. rewrite existsb_vars.
      reflexivity.
    - intros a Ha. apply is_state_spec in Ha. destruct (total_ok a Ha) as [H _]. rewrite H by exact Hb.
      destruct (Pos.eqb b a); [rewrite (ev_one Reals)|]; reflexivity.
  Qed.
  Lemma change_symbol e v id s m : In (id, (s, m)) l -> change e v id = pev e s * dp Rring e (change e v) m.
  Proof.
    intros Hin. unfold change. rewrite (dp_sum e (fun a b => pev e (fget (total l a) b)) v m (vars n)).
    etransitivity; [|exact (ssum_scale Reals (vars n) (pev e s) (fun a => v a * dp Rring e (fun b => pev e
      (fget (total l a) b)) m))].
    refine (ssum_ext Reals (vars n) _ _ _). intros a Ha. apply is_state_spec in Ha. destruct (total_ok a Ha)
      as [_ H].
    rewrite (H id s m Hin). cbn. ring.
  Qed.
  Lemma change_poly e v p : dp Rring e (change e v) p = ssum Reals (vars n) (fun a => v a * pev e (lie (fget
    (total l a)) p)).
  Proof.
    unfold change. rewrite (dp_sum e (fun a b => pev e (fget (total l a) b)) v p (vars n)).
    refine (ssum_ext Reals (vars n) _ _ _). intros a _. rewrite (lie_ok Rring). reflexivity.
  Qed.
  Section Curve.
    Variable E : R -> positive -> R.
    Variable x0 : R.
    Variable N : positive.
    Variable v : positive -> R.
    Hypothesis Hsat : forall x, sat I (E x) T.
    Hypothesis Hfine : forall id d, In (id, d) T -> (id < N)%positive -> regular True (fst d) (map (fval (E
      x0))
      (snd d)).
    Hypothesis Hbase : forall b, (b < first)%positive ->
      derivable_pt_lim (fun x => E x b) x0 (if is_state n b then v b else 0).
    Notation W := (change (E x0) v).
    Lemma derivable_symbol : forall b, moving first L b = true -> (b < N)%positive ->
      derivable_pt_lim (fun x => E x b) x0 (W b).
    Proof.
      destruct motion_list as (_ & _ & Ind).
      apply (Ind (fun b => (b < N)%positive -> derivable_pt_lim (fun x => E x b) x0 (W b))).
      - intros b Hb _. rewrite change_base by exact Hb. apply Hbase. exact Hb.
      - intros id [f args] [s m] L1 Hin Hm Hl HQ HO HN. cbn [snd] in HO. rewrite forallb_forall in HO. rewrite
        (change_symbol _ _ id s m Hl).
        assert (EV : forall x, real_value I f (map (fval (E x)) args) = E x id) by (intros x; symmetry; apply
          (Hsat x _ Hin)).
        apply (deriv_ext _ _ _ _ EV). assert (R := Hfine _ _ Hin HN). cbn [fst snd] in R.
        destruct (ordered_in _ _ _ _ _ Hord Hin) as (_ & _ & HC).
        assert (D : forall a, In a args -> exists z, snd a = [([], z)] /\ z <> 0%Z /\
          derivable_pt_lim (fun x => fval (E x) a) x0 (/ IZR z * dp Rring (E x0) W (fst a))).
        { intros a Ha. destruct (HC a Ha) as [Ca Va]. destruct (constant_den_spec a Ca) as (z & Ez & Hz).
          exists z.
          split; [exact Ez|]. split; [exact Hz|].
          apply (deriv_ext (fun x => / IZR z * pev (E x) (fst a))).
          { intros x. unfold fval. rewrite Ez, pev_constant. unfold Rdiv. ring. }
          apply (derivable_pt_lim_scal (fun x => pev (E x) (fst a))).
          apply (deriv_poly (fun b x => E x b) (fun b _ => W b) x0 (fst a)
            (fun b => moving first L1 b && Pos.ltb b id)%bool).
          - specialize (HO a Ha). unfold onvars in *. rewrite forallb_forall in *. intros t Ht. specialize (HO
            t Ht).
            specialize (Va t Ht). rewrite forallb_forall in *. intros b Hb. rewrite (HO b Hb), (Va b Hb).
              reflexivity.
          - intros b Hb. apply andb_prop in Hb as [Hb1 Hb2]. apply Pos.ltb_lt in Hb2. apply HQ; [exact
            Hb1|lia]. }
        destruct (motion_ok (E x0) id f args s m (Hsat x0) Hin Hm) as [(Ff & -> & ->)|(a & z & -> & Hs & -> &
          Ez & Hz & Es)].
        + replace (pev (E x0) [] * dp Rring (E x0) W []) with 0 by (cbn; ring).
          destruct f as [k c| | | | | | | | | |?| | | | |]; try discriminate; cbn [real_value];
            [|apply derivable_pt_lim_const]. cbn [regular] in R. destruct R as [Rc RK].
          set (fs := map (fun a x => fval (E x) a) args).
          assert (Eat : forall x, at_ fs x = map (fval (E x)) args) by (intros x; unfold at_, fs; apply
            map_map).
          apply (near_derivable (fun _ => gate k (map (fval (E x0)) args) c)); [|apply
            derivable_pt_lim_const].
          eapply near_mono; [|apply (same_gates x0 k fs)].
          * intros x Hx. rewrite <- !Eat. symmetry. apply Hx. unfold fs. rewrite map_length in *. exact Rc.
          * intros g Hg. unfold fs in Hg. apply in_map_iff in Hg as (a & <- & Ha). destruct (D a Ha) as (z & _
            & _ & Da).
            eexists. exact Da.
          * rewrite Eat. exact (RK Logic.I _ (or_introl eq_refl)).
        + destruct (D a (or_introl eq_refl)) as (z' & Ez' & _ & Da). rewrite Ez in Ez'. injection Ez' as <-.
          rewrite Es. replace (slope I f (fval (E x0) a) * / IZR z * dp Rring (E x0) W (fst a))
            with (slope I f (fval (E x0) a) * (/ IZR z * dp Rring (E x0) W (fst a))) by ring.
          assert (Pf : forall xs, real_value I f xs = single I f (nth 0 xs 0)) by (intros; destruct f; try
            discriminate; reflexivity).
          apply (deriv_ext (fun x => single I f (fval (E x) a))); [intros; rewrite Pf; reflexivity|].
          apply (derivable_pt_lim_comp (fun x => fval (E x) a) (single I f)); [exact Da|].
          apply (slope_ok I True); [exact Hs|exact R].
    Qed.
    Theorem derivable_value p : onvars (fun b => moving first L b && Pos.ltb b N)%bool p = true ->
      derivable_pt_lim (fun x => pev (E x) p) x0
        (ssum Reals (vars n) (fun a => v a * pev (E x0) (lie (fget (total l a)) p))).
    Proof.
      intros Hp. rewrite <- change_poly.
      apply (deriv_poly (fun b x => E x b) (fun b _ => W b) x0 p _ Hp).
      intros b Hb. apply andb_prop in Hb as [H1 H2]. apply Pos.ltb_lt in H2. apply derivable_symbol;
        assumption.
    Qed.
  End Curve.
End Motions.
